"""A tour of AWeber's API with Python's requests. AWeber's address is built in; the access token
comes from the environment: ACCESS_TOKEN=... python3 tour.py"""
import json
import os
import time
from datetime import datetime, timedelta, timezone
from uuid import uuid4

import requests

BASE = 'https://api.aweber.com/1.0/'
session = requests.Session()
session.headers.update({'Authorization': f'Bearer {os.environ["ACCESS_TOKEN"]}',
                        'Accept': 'application/json'})


def call(method, url, expected, **more):
    response = session.request(method, url, **more)
    if response.status_code != expected:
        raise SystemExit(f'{method} {url}: {response.status_code} {response.text}')
    return response


def collection(url, **parameters):
    """Every entry, page by page."""
    while url:
        page = call('GET', url, 200, params=parameters).json()
        yield from page['entries']
        url, parameters = page.get('next_collection_link'), None


account = next(collection(BASE + 'accounts'))
lists = list(collection(account['lists_collection_link']))
here, there = lists[0], lists[1]
print('lists:', ', '.join(one['name'] for one in lists))

# Subscribers: add, find everywhere, change, tag, move, unsubscribe.
email = f'tour-{uuid4().hex[:8]}@example.com'
added = call('POST', here['subscribers_collection_link'], 201,
             json={'email': email, 'name': 'Python', 'tags': ['tour']}).headers['Location']
found = list(collection(account['self_link'], **{'ws.op': 'findSubscribers', 'email': email}))
assert [one['self_link'] for one in found] == [added], found
changed = call('PATCH', added, 209,
               json={'name': 'Python 3', 'tags': {'add': ['changed'], 'remove': ['tour']}}).json()
assert changed['tags'] == ['changed'], changed
assert 'changed' in call('GET', here['self_link'] + '/tags', 200).json()
activity = list(collection(added, **{'ws.op': 'getActivity'}))
assert activity[-1]['type'] == 'subscribed', activity
moved = call('POST', added, 201,
             data={'ws.op': 'move', 'list_link': there['self_link']}).headers['Location']
call('PATCH', moved, 209, json={'status': 'unsubscribed'})
print('subscriber:', call('GET', moved, 200).json()['unsubscribe_method'])

# Custom fields. AWeber's sample sends the form without a content type.
field = call('POST', here['custom_fields_collection_link'], 201,
             data='ws.op=create&name=tour').headers['Location']
call('PATCH', field, 209, json={'name': 'tour field'})
assert call('GET', field, 200).json()['name'] == 'tour field'
call('DELETE', field, 200, data={'ws.op': 'delete'})
print('segments:', ', '.join(s['name'] for s in collection(here['segments_collection_link'])))

# A broadcast: create, schedule, and wait until it is sent.
draft = call('POST', there['self_link'] + '/broadcasts', 200, data={
    'subject': 'Python tour', 'body_html': '<a href="https://www.example.com/py">read</a>',
    'body_text': 'read https://www.example.com/py', 'click_tracking_enabled': True,
    'include_lists': json.dumps([])}).json()
now = datetime.fromisoformat(os.environ.get('TOUR_NOW', datetime.now(timezone.utc).isoformat()))
later = now + timedelta(seconds=int(os.environ.get('TOUR_DELAY', '0')))
call('POST', draft['self_link'] + '/schedule', 200, data={'scheduled_for': later.isoformat()})
print('broadcast: scheduled', flush=True)
for _ in range(600):
    sent = call('GET', draft['self_link'], 200).json()
    if sent['status'] == 'sent':
        break
    time.sleep(0.05)
print('broadcast:', sent['status'], 'to', sent['stats']['num_emailed'])

# What older broadcasts led to.
campaign = next(one for one in reversed(list(collection(there['campaigns_collection_link'])))
                if one['campaign_type'] == 'b')
statistics = {one['id']: one['value'] for one in collection(campaign['stats_collection_link'])}
print('statistics:', statistics['unique_opens'], 'opens,', statistics['unique_clicks'], 'clicks')
older = call('GET', there['self_link'] + f'/broadcasts/{campaign["id"]}', 200).json()
opens = sum(1 for _ in collection(older['opens_collection_link'], page_size=50))
clicks = sum(1 for _ in collection(older['clicks_collection_link'], page_size=50))
assert (opens, clicks) == (statistics['unique_opens'], statistics['unique_clicks'])
for link in collection(campaign['links_collection_link']):
    assert sum(1 for _ in collection(link['clicks_collection_link'])) == link['total_clicks']

# Landing pages, web forms, integrations, a purchase.
for page in collection(here['landing_pages_collection_link']):
    print('landing page:', call('GET', page['self_link'], 200).json()['name'])
forms = list(collection(account['self_link'], **{'ws.op': 'getWebForms'}))
print('web forms:', len(forms))
print('integrations:', len(list(collection(account['integrations_collection_link']))))
bought = call('POST', here['self_link'] + '/purchases', 202, json={
    'email': email, 'ip_address': '203.0.113.7', 'vendor': 'Shop', 'product_name': 'Book',
    'event_note': '', 'currency': 'USD', 'value': 9.5,
    'event_time': datetime.now(timezone.utc).isoformat(), 'url': 'https://www.example.com/1'})
call('GET', bought.headers['Location'], 200)
print('tour: done')
