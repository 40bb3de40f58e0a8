<?php
// A tour of AWeber's API with PHP's curl. AWeber's address is built in; the access token comes from
// the environment: ACCESS_TOKEN=... php tour.php
const BASE = 'https://api.aweber.com/1.0/';

function call($method, $url, $expected, $json = null, $form = null) {
    $headers = ['Authorization: Bearer ' . getenv('ACCESS_TOKEN'), 'Accept: application/json'];
    $place = null;
    $curl = curl_init($url);
    if ($json !== null) {
        $headers[] = 'Content-Type: application/json';
        curl_setopt($curl, CURLOPT_POSTFIELDS, json_encode($json));
    } elseif ($form !== null) {
        curl_setopt($curl, CURLOPT_POSTFIELDS, http_build_query($form));
    }
    curl_setopt_array($curl, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_HTTPHEADER => $headers,
        CURLOPT_CAINFO => getenv('CURL_CA_BUNDLE') ?: null,
        CURLOPT_HEADERFUNCTION => function ($curl, $line) use (&$place) {
            if (stripos($line, 'location:') === 0) $place = trim(substr($line, 9));
            return strlen($line);
        },
    ]);
    $text = curl_exec($curl);
    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    if ($status !== $expected) {
        fwrite(STDERR, "$method $url: $status $text" . curl_error($curl) . "\n");
        exit(1);
    }
    return ['place' => $place, 'body' => json_decode($text, true)];
}
function get($url) { return call('GET', $url, 200)['body']; }
function collection($url) {
    $entries = [];
    while ($url) {
        $page = get($url);
        $entries = array_merge($entries, $page['entries']);
        $url = $page['next_collection_link'] ?? null;
    }
    return $entries;
}
function check($good, $what) {
    if (!$good) { fwrite(STDERR, "wrong: $what\n"); exit(1); }
}

$account = collection(BASE . 'accounts')[0];
[$here, $there] = collection($account['lists_collection_link']);
echo "lists: {$here['name']}, {$there['name']}\n";

$email = 'tour-' . bin2hex(random_bytes(4)) . '@example.com';
$added = call('POST', $here['subscribers_collection_link'], 201,
    ['email' => $email, 'name' => 'PHP', 'tags' => ['tour']])['place'];
$query = http_build_query(['ws.op' => 'findSubscribers', 'email' => $email]);
check(collection("{$account['self_link']}?$query")[0]['self_link'] === $added, 'find');
$changed = call('PATCH', $added, 209, ['name' => 'PHP 8', 'tags' => ['add' => ['changed'], 'remove' => ['tour']]]);
check($changed['body']['tags'] === ['changed'], 'tags');
$moved = call('POST', $added, 201, null, ['ws.op' => 'move', 'list_link' => $there['self_link']])['place'];
call('PATCH', $moved, 209, ['status' => 'unsubscribed']);
echo 'subscriber: ', get($moved)['unsubscribe_method'], "\n";

$field = call('POST', $here['custom_fields_collection_link'], 201, null,
    ['ws.op' => 'create', 'name' => 'tour'])['place'];
call('PATCH', $field, 209, ['name' => 'tour field']);
call('DELETE', $field, 200);
echo 'segments: ', count(collection($here['segments_collection_link'])), "\n";

$draft = call('POST', "{$there['self_link']}/broadcasts", 200, null, ['subject' => 'PHP tour',
    'body_html' => '<a href="https://www.example.com/php">read</a>', 'is_archived' => true])['body'];
$at = getenv('TOUR_NOW') ?: date('c');
call('POST', "{$draft['self_link']}/schedule", 200, null, ['scheduled_for' => $at]);
$sent = get($draft['self_link']);
echo "broadcast: {$sent['status']} to {$sent['stats']['num_emailed']}\n";

$broadcasts = array_values(array_filter(collection($there['campaigns_collection_link']),
    fn ($one) => $one['campaign_type'] === 'b'));
$campaign = end($broadcasts);
$statistics = array_column(collection($campaign['stats_collection_link']), 'value', 'id');
$older = get("{$there['self_link']}/broadcasts/{$campaign['id']}");
check(count(collection($older['opens_collection_link'])) === $statistics['unique_opens'], 'opens');
check(count(collection($older['clicks_collection_link'])) === $statistics['unique_clicks'], 'clicks');
echo "statistics: {$statistics['unique_opens']} opens, {$statistics['unique_clicks']} clicks\n";

foreach (collection($here['landing_pages_collection_link']) as $page) {
    echo 'landing page: ', get($page['self_link'])['name'], "\n";
}
echo 'web forms: ', count(collection("{$account['self_link']}?ws.op=getWebForms")), "\n";
echo 'integrations: ', count(collection($account['integrations_collection_link'])), "\n";
$bought = call('POST', "{$here['self_link']}/purchases", 202, ['email' => $email,
    'ip_address' => '203.0.113.7', 'vendor' => 'Shop', 'product_name' => 'Book', 'event_note' => '',
    'currency' => 'USD', 'value' => 9.5, 'event_time' => date('c'),
    'url' => 'https://www.example.com/1'])['place'];
get($bought);
echo "tour: done\n";
