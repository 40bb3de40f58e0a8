# A tour of AWeber's API with Ruby's own net/http. AWeber's address is built in; the access token
# comes from the environment: ACCESS_TOKEN=... ruby tour.rb
require 'json'
require 'net/http'
require 'securerandom'
require 'time'

BASE = 'https://api.aweber.com/1.0/'.freeze

def call(method, url, expected, json: nil, form: nil)
  uri = URI(url)
  request = Net::HTTP.const_get(method.capitalize).new(uri)
  request['Authorization'] = "Bearer #{ENV.fetch('ACCESS_TOKEN')}"
  request['Accept'] = 'application/json'
  request.set_form_data(form) if form
  if json
    request['Content-Type'] = 'application/json'
    request.body = json.to_json
  end
  proxy = URI(ENV['HTTPS_PROXY'] || ENV['https_proxy'] || 'http://')
  http = Net::HTTP.new(uri.host, uri.port, proxy.host, proxy.port)
  http.use_ssl = true
  response = http.request(request)
  abort "#{method} #{url}: #{response.code} #{response.body}" if response.code.to_i != expected
  response
end

def get(url) = JSON.parse(call('GET', url, 200).body)

def collection(url)
  entries = []
  while url
    page = get(url)
    entries += page['entries']
    url = page['next_collection_link']
  end
  entries
end

account = collection("#{BASE}accounts").first
here, there = collection(account['lists_collection_link'])
puts "lists: #{here['name']}, #{there['name']}"

email = "tour-#{SecureRandom.hex(4)}@example.com"
added = call('POST', here['subscribers_collection_link'], 201,
             json: { email:, name: 'Ruby', tags: ['tour'] })['Location']
query = URI.encode_www_form('ws.op' => 'findSubscribers', 'email' => email)
abort 'wrong: find' if collection("#{account['self_link']}?#{query}").map { _1['self_link'] } != [added]
changed = JSON.parse(call('PATCH', added, 209, json: { tags: { add: ['changed'], remove: ['tour'] } }).body)
abort 'wrong: tags' if changed['tags'] != ['changed']
moved = call('POST', added, 201,
             form: { 'ws.op' => 'move', 'list_link' => there['self_link'] })['Location']
call('PATCH', moved, 209, json: { status: 'unsubscribed' })
puts "subscriber: #{get(moved)['unsubscribe_method']}"

field = call('POST', here['custom_fields_collection_link'], 201,
             form: { 'ws.op' => 'create', 'name' => 'tour' })['Location']
call('PATCH', field, 209, json: { name: 'tour field' })
call('DELETE', field, 200)
puts "segments: #{collection(here['segments_collection_link']).size}"

draft = JSON.parse(call('POST', "#{there['self_link']}/broadcasts", 200,
                        form: { subject: 'Ruby tour',
                                body_html: '<a href="https://www.example.com/rb">read</a>' }).body)
call('POST', "#{draft['self_link']}/schedule", 200,
     form: { scheduled_for: ENV['TOUR_NOW'] || Time.now.utc.iso8601 })
sent = get(draft['self_link'])
puts "broadcast: #{sent['status']} to #{sent['stats']['num_emailed']}"

campaign = collection(there['campaigns_collection_link']).select { _1['campaign_type'] == 'b' }.last
statistics = collection(campaign['stats_collection_link']).to_h { [_1['id'], _1['value']] }
older = get("#{there['self_link']}/broadcasts/#{campaign['id']}")
abort 'wrong: opens' if collection(older['opens_collection_link']).size != statistics['unique_opens']
abort 'wrong: clicks' if collection(older['clicks_collection_link']).size != statistics['unique_clicks']
puts "statistics: #{statistics['unique_opens']} opens, #{statistics['unique_clicks']} clicks"

collection(here['landing_pages_collection_link']).each { puts "landing page: #{get(_1['self_link'])['name']}" }
puts "web forms: #{collection("#{account['self_link']}?ws.op=getWebForms").size}"
puts "integrations: #{collection(account['integrations_collection_link']).size}"
bought = call('POST', "#{here['self_link']}/purchases", 202,
              json: { email:, ip_address: '203.0.113.7', vendor: 'Shop', product_name: 'Book',
                      event_note: '', currency: 'USD', value: 9.5, event_time: Time.now.utc.iso8601,
                      url: 'https://www.example.com/1' })['Location']
get(bought)
puts 'tour: done'
