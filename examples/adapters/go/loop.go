// The driver protocol for Go adapters: reads requests, calls your operations, writes replies.
//
//	serve(Client{"my-client", "1", "Go"}, Object{"state": true}, map[string]Operation{"open": ...})
//
// An operation takes the request and returns the members of `ok` (nil for none). It returns a
// *Refused to answer `err`. Copy this file beside your adapter; it needs nothing but Go.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"net"
	"os"
)

// Object is a JSON object.
type Object map[string]any

// Client names the client under test.
type Client struct {
	Name     string `json:"name"`
	Version  string `json:"version"`
	Language string `json:"language"`
}

// Request has the members of every operation; absent ones are empty.
type Request struct {
	ID           int64    `json:"id"`
	Op           string   `json:"op"`
	Case         string   `json:"case"`
	Session      string   `json:"session"`
	URL          string   `json:"url"`
	Method       string   `json:"method"`
	Body         Object   `json:"body"`
	AuthorizeURL string   `json:"authorize_url"`
	TokenURL     string   `json:"token_url"`
	RevokeURL    string   `json:"revoke_url"`
	APIURL       string   `json:"api_url"`
	ClientType   string   `json:"client_type"`
	ClientID     string   `json:"client_id"`
	ClientSecret string   `json:"client_secret"`
	RedirectURI  string   `json:"redirect_uri"`
	Scopes       []string `json:"scopes"`
	StoreDir     string   `json:"store_dir"`
	Issuer       string   `json:"issuer"`
}

// Operation does what a request asks.
type Operation func(Request) (Object, error)

// Refused says that the client did not do it. Kind is one of the protocol's err.kind.
type Refused struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Code    string `json:"code,omitempty"`
	Status  int    `json:"status,omitempty"`
}

func (r *Refused) Error() string { return r.Kind + ": " + r.Message }

// explain puts the errors of net/http into the protocol's words.
func explain(err error) *Refused {
	var refused *Refused
	if errors.As(err, &refused) {
		return refused
	}
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		return &Refused{Kind: "timeout", Message: err.Error()}
	}
	var network *net.OpError
	if errors.As(err, &network) {
		return &Refused{Kind: "network", Message: err.Error()}
	}
	return &Refused{Kind: "other", Message: err.Error()}
}

func serve(client Client, features Object, operations map[string]Operation) {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	os.Stdout = os.Stderr // the protocol has the real one
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var request Request
		if err := json.Unmarshal(lines.Bytes(), &request); err != nil {
			panic(err)
		}
		reply := Object{"id": request.ID}
		operation, known := operations[request.Op]
		switch {
		case request.Op == "hello":
			reply["ok"] = Object{"protocol": 1, "client": client, "features": features}
		case request.Op == "bye":
			reply["ok"] = Object{}
		case !known:
			reply["unsupported"] = Object{"feature": request.Op}
		default:
			ok, err := operation(request)
			if ok == nil {
				ok = Object{}
			}
			if err != nil {
				reply["err"] = explain(err)
			} else {
				reply["ok"] = ok
			}
		}
		if err := out.Encode(reply); err != nil || request.Op == "bye" {
			return
		}
	}
}
