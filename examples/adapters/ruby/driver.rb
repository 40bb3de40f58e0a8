# The gem oauth2, wired as its README says, no kinder.
#
#     apt-get install ruby-oauth2
#     aweber-conformance run --driver "ruby examples/adapters/ruby/driver.rb"
#
# The library makes URLs, exchanges codes and refreshes when asked. Comparing `state` is the
# application's: the lines here that do it say nothing of the library.
require_relative 'loop'
require 'oauth2'
require 'securerandom'
require 'uri'

CASES = {} # case -> what `open` said
SESSIONS = Hash.new { |all, key| all[key] = {} } # [case, session] -> state, token

def session_of(request) = SESSIONS[[request['case'], request['session']]]

def client_of(request)
  opened = CASES[request['case']]
  OAuth2::Client.new(opened['client_id'], opened['client_secret'],
                     authorize_url: opened['authorize_url'], token_url: opened['token_url'],
                     auth_scheme: :basic_auth)
end

def told(token)
  reply = { access_token: token.token }
  reply[:refresh_token] = token.refresh_token if token.refresh_token
  reply[:expires_at] = token.expires_at if token.expires_at
  reply
end

# The library's own errors in the protocol's words.
def explained
  yield
rescue OAuth2::Error => e
  raise Refused.new('reauthorize', e.message, code: e.code) if e.code == 'invalid_grant'

  raise Refused.new('http', e.message, status: e.response.status)
rescue Faraday::SSLError => e
  raise Refused.new('tls', e.message)
rescue Faraday::TimeoutError => e
  raise Refused.new('timeout', e.message)
rescue Faraday::Error => e
  raise Refused.new('network', e.message)
end

def authorize(request)
  session = session_of(request)
  session[:state] = SecureRandom.urlsafe_base64(24)
  opened = CASES[request['case']]
  { url: client_of(request).auth_code.authorize_url(
    redirect_uri: opened['redirect_uri'], scope: opened['scopes'].join(' '), state: session[:state]
  ) }
end

def callback(request)
  session = session_of(request)
  pairs = URI.decode_www_form(URI(request['url']).query.to_s)
  state = session[:state]
  unless state && pairs.assoc('state')&.last == state
    raise Refused.new('state_mismatch', 'state is not the one that was sent')
  end
  session.delete(:state) # one use
  if (error = pairs.assoc('error'))
    raise Refused.new('provider_error', 'no code', code: error.last)
  end
  unless pairs.count { |name, _| name == 'code' } == 1 && pairs.count { |name, _| name == 'state' } == 1
    raise Refused.new('invalid_response', 'not one code and one state')
  end
  session[:token] = explained do
    client_of(request).auth_code.get_token(
      pairs.assoc('code').last, redirect_uri: CASES[request['case']]['redirect_uri']
    )
  end
  { token: told(session[:token]) }
end

def need_token(request)
  session_of(request)[:token] or raise Refused.new('reauthorize', 'no token: log in first')
end

def call(request)
  token = need_token(request)
  unless request['url'].start_with?("#{CASES[request['case']]['api_url']}/")
    raise Refused.new('other', "not AWeber's API: the token stays here")
  end
  options = { raise_errors: false }
  if request['body']
    options[:body] = JSON.generate(request['body'])
    options[:headers] = { 'Content-Type' => 'application/json' }
  end
  response = explained { token.request(request['method'].downcase.to_sym, request['url'], options) }
  { status: response.status }
end

def refresh(request)
  token = need_token(request)
  raise Refused.new('reauthorize', 'no refresh token') unless token.refresh_token

  fresh = explained { token.refresh! }
  session_of(request)[:token] = fresh
  { token: told(fresh) }
end

serve({ name: 'ruby-oauth2', version: (Gem.loaded_specs['oauth2']&.version || '0').to_s, language: 'Ruby' },
      { state: true, auth: ['basic'], token_transport: ['header'], refresh: ['manual'] },
      {
        'open' => ->(request) { CASES[request['case']] = request; nil },
        'close' => ->(request) { CASES.delete(request['case']); nil },
        'authorize' => method(:authorize), 'callback' => method(:callback),
        'call' => method(:call), 'refresh' => method(:refresh),
        'token' => ->(request) { told(need_token(request)) }
      })
