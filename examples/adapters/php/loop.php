<?php
// The driver protocol for PHP adapters: reads requests, calls your operations, writes replies.
//
//     serve(['name' => 'my-client', 'version' => '1', 'language' => 'PHP'], ['state' => true], ['open' => 'open_case']);
//
// An operation takes the request (an array) and returns the members of `ok` (an array, or null). It
// throws Refused to answer `err`. Copy this file beside your adapter; it needs nothing but PHP.

class Refused extends Exception
{
    public function __construct(public string $kind, string $message = '', public array $extra = [])
    {
        parent::__construct($message);
    }
}

function explain(Throwable $error): array
{
    if ($error instanceof Refused) {
        return ['kind' => $error->kind, 'message' => $error->getMessage()] + $error->extra;
    }
    return ['kind' => 'internal', 'message' => get_class($error) . ': ' . $error->getMessage()];
}

function serve(array $client, array $features, array $operations): void
{
    ini_set('display_errors', 'stderr');
    // Standard output belongs to the protocol; whatever else is echoed goes to standard error.
    ob_start(function (string $text) { fwrite(STDERR, $text); return ''; }, 1);
    while (($line = fgets(STDIN)) !== false) {
        $request = json_decode($line, true, 64, JSON_THROW_ON_ERROR);
        $op = $request['op'];
        $reply = ['id' => $request['id']];
        try {
            if ($op === 'hello') {
                $reply['ok'] = ['protocol' => 1, 'client' => $client, 'features' => $features];
            } elseif ($op === 'bye') {
                $reply['ok'] = new stdClass();
            } elseif (!isset($operations[$op])) {
                $reply['unsupported'] = ['feature' => $op];
            } else {
                $reply['ok'] = ($operations[$op])($request) ?: new stdClass();
            }
        } catch (Throwable $error) {
            $reply['err'] = explain($error);
        }
        fwrite(STDOUT, json_encode($reply, JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
        if ($op === 'bye') {
            return;
        }
    }
}
