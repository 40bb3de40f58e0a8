// A template: fill in the seven places marked TODO. Wire your client exactly as your application
// does: an adapter that is kinder than the application hides the defects you are looking for. The
// runner is the browser: it opens the URL that authorize returns and hands you the callback URL.
//
//	aweber-conformance run --driver "go run ./my-adapter"
package main

var opened = map[string]Request{} // case -> endpoints, client id and secret, redirect URI, scopes

func todo(what string) error { return &Refused{Kind: "internal", Message: "TODO " + what} }

// TODO 1: make your client from the request; sessions of one case are different users.
func open(r Request) (Object, error) {
	opened[r.Case] = r
	return nil, nil
}

// TODO 2: build the authorization URL; remember state (and the verifier) for r.Session.
func authorize(r Request) (Object, error) {
	return nil, todo("2: authorize") // return Object{"url": ...}, nil
}

// TODO 3: the user came back at r.URL. Check it, exchange the code, keep the tokens. Refuse with
// &Refused{Kind: "state_mismatch", ...}, &Refused{Kind: "provider_error", Code: ...}, ...
func callback(r Request) (Object, error) { return nil, todo("3: callback") }

// TODO 4: one API request, r.Method and r.URL (and r.Body), the way your application makes it.
func call(r Request) (Object, error) {
	return nil, todo("4: call") // return Object{"status": 200}, nil
}

// TODO 5: refresh now. &Refused{Kind: "reauthorize"} when the user must log in again.
func refresh(r Request) (Object, error) { return nil, todo("5: refresh") }

// TODO 6: what the client would use now.
func token(r Request) (Object, error) {
	return nil, todo("6: token") // return Object{"access_token": ..., "refresh_token": ...}, nil
}

func main() {
	serve(Client{"my-client", "0", "Go"},
		// TODO 7: what your client does; `aweber-conformance docs write-an-adapter`.
		Object{"state": true, "auth": []string{"basic"}, "token_transport": []string{"header"},
			"refresh": []string{"manual"}},
		map[string]Operation{"open": open, "authorize": authorize, "callback": callback,
			"call": call, "refresh": refresh, "token": token,
			"close": func(r Request) (Object, error) { delete(opened, r.Case); return nil, nil }})
}
