# A template: fill in the seven places marked TODO. Wire your client exactly as your application
# does: an adapter that is kinder than the application hides the defects you are looking for. The
# runner is the browser: it opens the URL that `authorize` returns and hands you the callback URL.
#
#     aweber-conformance run --driver "ruby my-adapter/driver.rb"
require_relative 'loop'

CASES = {} # case -> the `open` request: endpoints, client id and secret, redirect URI, scopes
SESSIONS = Hash.new { |all, key| all[key] = {} } # [case, session] -> state, verifier, tokens

# TODO 1: make your client from the request.
def open_case(request)
  CASES[request['case']] = request
  nil
end

# TODO 2: build the authorization URL; remember state (and the verifier) for this session.
def authorize(_request) = raise(NotImplementedError, 'TODO 2: authorize') # { url: ... }

# TODO 3: the user came back at request['url']. Check it, exchange the code, keep the tokens. Refuse
# with Refused.new('state_mismatch', '...'), Refused.new('provider_error', '...', code: '...'), ...
def callback(_request) = raise(NotImplementedError, 'TODO 3: callback') # { token: token(request) }

# TODO 4: one API request, request['method'] and ['url'] (and ['body']), as your application does.
def call(_request) = raise(NotImplementedError, 'TODO 4: call') # { status: 200 }

# TODO 5: refresh now. Refused.new('reauthorize', '...') when the user must log in again.
def refresh(_request) = raise(NotImplementedError, 'TODO 5: refresh') # { token: token(request) }

# TODO 6: what the client would use now.
def token(_request) = raise(NotImplementedError, 'TODO 6: token') # { access_token: ... }

serve({ name: 'my-client', version: '0', language: 'Ruby' },
      # TODO 7: what your client does; `aweber-conformance docs write-an-adapter`.
      { state: true, auth: ['basic'], token_transport: ['header'], refresh: ['manual'] },
      {
        'open' => method(:open_case), 'close' => ->(request) { CASES.delete(request['case']); nil },
        'authorize' => method(:authorize), 'callback' => method(:callback),
        'call' => method(:call), 'refresh' => method(:refresh), 'token' => method(:token)
      })
