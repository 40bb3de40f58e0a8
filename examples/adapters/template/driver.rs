// A template: fill in the seven places marked TODO. Wire your client exactly as your application
// does: an adapter that is kinder than the application hides the defects you are looking for. The
// runner is the browser: it opens the URL that `authorize` returns and hands you the callback URL.
//
//     aweber-conformance run --driver "cargo run --quiet --manifest-path my-adapter/Cargo.toml"
use serde_json::{json, Value};
use std::collections::HashMap;
use std::io::{self, BufRead, Write};

/// The client did not do it: `kind` is one of the protocol's err.kind.
struct Refused {
    kind: &'static str,
    message: String,
}

type Answer = Result<Value, Refused>;

fn todo(what: &str) -> Answer {
    Err(Refused { kind: "internal", message: format!("TODO {what}") })
}

#[derive(Default)]
struct Client {
    /// case -> the `open` request: endpoints, client id and secret, redirect URI, scopes.
    cases: HashMap<String, Value>,
}

impl Client {
    // TODO 1: make your client from the request; sessions of one case are different users.
    fn open(&mut self, request: &Value) -> Answer {
        self.cases.insert(request["case"].to_string(), request.clone());
        Ok(json!({}))
    }

    fn close(&mut self, request: &Value) -> Answer {
        self.cases.remove(&request["case"].to_string());
        Ok(json!({}))
    }

    // TODO 2: build the authorization URL; remember state (and the verifier) for the session.
    fn authorize(&mut self, _request: &Value) -> Answer {
        todo("2: authorize") // Ok(json!({"url": ...}))
    }

    // TODO 3: the user came back at request["url"]. Check it, exchange the code, keep the tokens.
    // Refuse with Err(Refused { kind: "state_mismatch", ... }) and so on.
    fn callback(&mut self, _request: &Value) -> Answer {
        todo("3: callback") // Ok(json!({"token": ...}))
    }

    // TODO 4: one API request, request["method"] and ["url"] (and ["body"]).
    fn call(&mut self, _request: &Value) -> Answer {
        todo("4: call") // Ok(json!({"status": 200}))
    }

    // TODO 5: refresh now. Kind "reauthorize" when the user must log in again.
    fn refresh(&mut self, _request: &Value) -> Answer {
        todo("5: refresh") // Ok(json!({"token": ...}))
    }

    // TODO 6: what the client would use now.
    fn token(&mut self, _request: &Value) -> Answer {
        todo("6: token") // Ok(json!({"access_token": ...}))
    }
}

fn main() -> io::Result<()> {
    let mut client = Client::default();
    for line in io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?).expect("a request is JSON");
        let op = request["op"].as_str().unwrap_or_default();
        let answer = match op {
            "hello" => Ok(json!({
                "protocol": 1,
                "client": {"name": "my-client", "version": "0", "language": "Rust"},
                // TODO 7: what your client does; `aweber-conformance docs write-an-adapter`.
                "features": {"state": true, "auth": ["basic"], "token_transport": ["header"],
                             "refresh": ["manual"]}
            })),
            "open" => client.open(&request),
            "close" => client.close(&request),
            "authorize" => client.authorize(&request),
            "callback" => client.callback(&request),
            "call" => client.call(&request),
            "refresh" => client.refresh(&request),
            "token" => client.token(&request),
            _ => Ok(json!({})),
        };
        let known = ["hello", "open", "close", "authorize", "callback", "call", "refresh", "token", "bye"];
        let reply = match answer {
            _ if !known.contains(&op) => json!({"id": request["id"], "unsupported": {"feature": op}}),
            Ok(ok) => json!({"id": request["id"], "ok": ok}),
            Err(Refused { kind, message }) => {
                json!({"id": request["id"], "err": {"kind": kind, "message": message}})
            }
        };
        let mut out = io::stdout().lock();
        writeln!(out, "{reply}")?;
        out.flush()?;
        if op == "bye" {
            break;
        }
    }
    Ok(())
}
