// golang.org/x/oauth2, wired as its documentation's example says, no kinder.
//
//	apt-get install golang-golang-x-oauth2-dev
//	aweber-conformance run --driver "go run ./examples/adapters/go"
//
// The library makes URLs, exchanges codes and refreshes on expiry. It has no callback: comparing
// `state` is the application's, and the lines here that do it say nothing of the library.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
)

type session struct {
	state string
	token *oauth2.Token
}

var (
	opened   = map[string]Request{}  // case -> what `open` said
	sessions = map[string]*session{} // case/session -> what belongs to one user
)

func config(r Request) *oauth2.Config {
	open := opened[r.Case]
	return &oauth2.Config{
		ClientID:     open.ClientID,
		ClientSecret: open.ClientSecret,
		RedirectURL:  open.RedirectURI,
		Scopes:       open.Scopes,
		Endpoint: oauth2.Endpoint{
			AuthURL:   open.AuthorizeURL,
			TokenURL:  open.TokenURL,
			AuthStyle: oauth2.AuthStyleInHeader,
		},
	}
}

func sessionOf(r Request) *session {
	key := r.Case + "/" + r.Session
	if sessions[key] == nil {
		sessions[key] = &session{}
	}
	return sessions[key]
}

func told(token *oauth2.Token) Object {
	reply := Object{"access_token": token.AccessToken}
	if token.RefreshToken != "" {
		reply["refresh_token"] = token.RefreshToken
	}
	if !token.Expiry.IsZero() {
		reply["expires_at"] = token.Expiry.Unix()
	}
	return reply
}

// explained puts the library's errors into the protocol's words.
func explained(err error) error {
	var retrieve *oauth2.RetrieveError
	if !errors.As(err, &retrieve) {
		if strings.Contains(err.Error(), "x509:") || strings.Contains(err.Error(), "tls:") {
			return &Refused{Kind: "tls", Message: err.Error()}
		}
		if strings.Contains(err.Error(), "oauth2: server response missing access_token") {
			return &Refused{Kind: "invalid_response", Message: err.Error()}
		}
		return err
	}
	var body struct{ Error string }
	_ = json.Unmarshal(retrieve.Body, &body)
	if body.Error == "invalid_grant" {
		return &Refused{Kind: "reauthorize", Message: err.Error(), Code: body.Error}
	}
	return &Refused{Kind: "http", Message: err.Error(), Status: retrieve.Response.StatusCode}
}

func authorize(r Request) (Object, error) {
	random := make([]byte, 24)
	if _, err := rand.Read(random); err != nil {
		return nil, err
	}
	s := sessionOf(r)
	s.state = base64.RawURLEncoding.EncodeToString(random)
	return Object{"url": config(r).AuthCodeURL(s.state)}, nil
}

func callback(r Request) (Object, error) {
	arrived, err := url.Parse(r.URL)
	if err != nil {
		return nil, &Refused{Kind: "invalid_response", Message: err.Error()}
	}
	query, s := arrived.Query(), sessionOf(r)
	if s.state == "" || query.Get("state") != s.state {
		return nil, &Refused{Kind: "state_mismatch", Message: "state is not the one that was sent"}
	}
	s.state = "" // one use
	if code := query.Get("error"); code != "" {
		return nil, &Refused{Kind: "provider_error", Message: "no code", Code: code}
	}
	if len(query["code"]) != 1 || len(query["state"]) != 1 {
		return nil, &Refused{Kind: "invalid_response", Message: "not one code and one state"}
	}
	token, err := config(r).Exchange(context.Background(), query.Get("code"))
	if err != nil {
		return nil, explained(err)
	}
	s.token = token
	return Object{"token": told(token)}, nil
}

func needToken(r Request) (*oauth2.Token, error) {
	if token := sessionOf(r).token; token != nil {
		return token, nil
	}
	return nil, &Refused{Kind: "reauthorize", Message: "no token: log in first"}
}

func call(r Request) (Object, error) {
	token, err := needToken(r)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(r.URL, opened[r.Case].APIURL+"/") {
		return nil, &Refused{Kind: "other", Message: "not AWeber's API: the token stays here"}
	}
	source := config(r).TokenSource(context.Background(), token)
	fresh, err := source.Token() // refreshes when it has expired
	if err != nil {
		return nil, explained(err)
	}
	sessionOf(r).token = fresh
	var body bytes.Buffer
	if r.Body != nil {
		_ = json.NewEncoder(&body).Encode(r.Body)
	}
	request, err := http.NewRequest(r.Method, r.URL, &body)
	if err != nil {
		return nil, err
	}
	if r.Body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := oauth2.NewClient(context.Background(), oauth2.StaticTokenSource(fresh)).Do(request)
	if err != nil {
		return nil, explained(err)
	}
	response.Body.Close()
	return Object{"status": response.StatusCode}, nil
}

func refresh(r Request) (Object, error) {
	token, err := needToken(r)
	if err != nil {
		return nil, err
	}
	if token.RefreshToken == "" {
		return nil, &Refused{Kind: "reauthorize", Message: "no refresh token: log in again"}
	}
	source := config(r).TokenSource(context.Background(), &oauth2.Token{RefreshToken: token.RefreshToken})
	fresh, err := source.Token()
	if err != nil {
		return nil, explained(err)
	}
	sessionOf(r).token = fresh
	return Object{"token": told(fresh)}, nil
}

func main() {
	serve(Client{"golang.org/x/oauth2", "0", "Go"},
		Object{"state": true, "auth": []string{"basic"}, "token_transport": []string{"header"},
			"refresh": []string{"manual", "on_expiry"}},
		map[string]Operation{
			"open":      func(r Request) (Object, error) { opened[r.Case] = r; return nil, nil },
			"close":     func(r Request) (Object, error) { delete(opened, r.Case); return nil, nil },
			"authorize": authorize, "callback": callback, "call": call, "refresh": refresh,
			"token": func(r Request) (Object, error) {
				token, err := needToken(r)
				if err != nil {
					return nil, err
				}
				return told(token), nil
			},
		})
}
