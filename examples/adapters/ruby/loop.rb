# The driver protocol for Ruby adapters: reads requests, calls your operations, writes replies.
#
#   serve({ name: 'my-client', version: '1', language: 'Ruby' }, { state: true }, { 'open' => method(:open_case) })
#
# An operation takes the request (a hash with string keys) and returns the members of `ok` (a hash,
# or nil for none). It raises Refused to answer `err`. Copy this file beside your adapter.
require 'json'
require 'openssl'
require 'socket'
require 'timeout'

class Refused < StandardError
  attr_reader :reply

  def initialize(kind, message = '', **extra)
    super(message)
    @reply = { kind: kind, message: message, **extra }
  end
end

# What Net::HTTP and its kin raise, in the protocol's words.
def explain(error)
  case error
  when Refused then error.reply
  when OpenSSL::SSL::SSLError then { kind: 'tls', message: error.message }
  when Timeout::Error then { kind: 'timeout', message: error.message }
  when SystemCallError, IOError, SocketError then { kind: 'network', message: error.message }
  else { kind: 'internal', message: "#{error.class}: #{error.message}" }
  end
end

def serve(client, features, operations)
  out = $stdout.dup
  out.sync = true
  $stdout.reopen($stderr) # the protocol has the real one
  $stdin.each_line do |line|
    request = JSON.parse(line)
    reply = { id: request['id'] }
    begin
      case request['op']
      when 'hello' then reply[:ok] = { protocol: 1, client: client, features: features }
      when 'bye' then reply[:ok] = {}
      else
        operation = operations[request['op']]
        if operation
          reply[:ok] = operation.call(request) || {}
        else
          reply[:unsupported] = { feature: request['op'] }
        end
      end
    rescue StandardError, NotImplementedError => e
      reply[:err] = explain(e)
    end
    out.puts(JSON.generate(reply))
    return if request['op'] == 'bye'
  end
end
