<?php
// A template: fill in the seven places marked TODO. Wire your client exactly as your application
// does: an adapter that is kinder than the application hides the defects you are looking for. The
// runner is the browser: it opens the URL that `authorize` returns and hands you the callback URL.
//
//     aweber-conformance run --driver "php my-adapter/driver.php"
require __DIR__ . '/loop.php';
// require __DIR__ . '/../vendor/autoload.php';

$cases = []; // case -> the `open` request: endpoints, client id and secret, redirect URI, scopes

$todo = fn (string $what) => throw new Refused('internal', "TODO $what");

serve(
    ['name' => 'my-client', 'version' => '0', 'language' => 'PHP'],
    // TODO 7: what your client does; `aweber-conformance docs write-an-adapter`.
    ['state' => true, 'auth' => ['basic'], 'token_transport' => ['header'], 'refresh' => ['manual']],
    [
        // TODO 1: make your client from the request; sessions of one case are different users.
        'open' => function (array $request) use (&$cases) {
            $cases[$request['case']] = $request;
            return null;
        },
        'close' => function (array $request) use (&$cases) {
            unset($cases[$request['case']]);
            return null;
        },
        // TODO 2: build the authorization URL; remember state (and the verifier) for the session.
        'authorize' => fn (array $request) => $todo('2: authorize'), // ['url' => ...]
        // TODO 3: the user came back at $request['url']. Check it, exchange the code, keep the
        // tokens. Refuse with new Refused('state_mismatch', '...') and so on.
        'callback' => fn (array $request) => $todo('3: callback'), // ['token' => ...]
        // TODO 4: one API request, $request['method'] and ['url'] (and ['body']).
        'call' => fn (array $request) => $todo('4: call'), // ['status' => 200]
        // TODO 5: refresh now. Refused('reauthorize') when the user must log in again.
        'refresh' => fn (array $request) => $todo('5: refresh'), // ['token' => ...]
        // TODO 6: what the client would use now.
        'token' => fn (array $request) => $todo('6: token'), // ['access_token' => ...]
    ],
);
