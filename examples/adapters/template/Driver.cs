// A template: fill in the seven places marked TODO. Wire your client exactly as your application
// does: an adapter that is kinder than the application hides the defects you are looking for. The
// runner is the browser: it opens the URL that `authorize` returns and hands you the callback URL.
//
//     aweber-conformance run --driver "dotnet run --project my-adapter"
using System.Text.Json.Nodes;

var cases = new Dictionary<string, JsonObject>(); // case -> the `open` request

static JsonObject Todo(string what) => throw new Refused("internal", "TODO " + what);

var operations = new Dictionary<string, Func<JsonObject, JsonObject?>>
{
    // TODO 1: make your client from the request; sessions of one case are different users.
    ["open"] = request => { cases[(string)request["case"]!] = request; return null; },
    ["close"] = request => { cases.Remove((string)request["case"]!); return null; },
    // TODO 2: build the authorization URL; remember state (and the verifier) for the session.
    ["authorize"] = request => Todo("2: authorize"), // new JsonObject { ["url"] = ... }
    // TODO 3: the user came back at request["url"]. Check it, exchange the code, keep the tokens.
    // Refuse with: throw new Refused("state_mismatch", "..."), or with another kind.
    ["callback"] = request => Todo("3: callback"),
    // TODO 4: one API request, request["method"] and ["url"] (and ["body"]).
    ["call"] = request => Todo("4: call"), // new JsonObject { ["status"] = 200 }
    // TODO 5: refresh now. Refused("reauthorize") when the user must log in again.
    ["refresh"] = request => Todo("5: refresh"),
    // TODO 6: what the client would use now.
    ["token"] = request => Todo("6: token"), // new JsonObject { ["access_token"] = ... }
};

var output = Console.Out;
Console.SetOut(Console.Error); // the protocol has the real one
while (Console.ReadLine() is { } line)
{
    var request = JsonNode.Parse(line)!.AsObject();
    var op = (string)request["op"]!;
    var reply = new JsonObject { ["id"] = request["id"]!.DeepClone() };
    try
    {
        if (op == "hello")
        {
            reply["ok"] = JsonNode.Parse("""
                {"protocol": 1, "client": {"name": "my-client", "version": "0", "language": "C#"},
                 "features": {"state": true, "auth": ["basic"], "token_transport": ["header"],
                              "refresh": ["manual"]}}
                """); // TODO 7: what your client does; `aweber-conformance docs write-an-adapter`.
        }
        else if (op == "bye") reply["ok"] = new JsonObject();
        else if (!operations.TryGetValue(op, out var operation))
            reply["unsupported"] = new JsonObject { ["feature"] = op };
        else reply["ok"] = operation(request) ?? new JsonObject();
    }
    catch (Refused refused)
    {
        reply["err"] = new JsonObject { ["kind"] = refused.Kind, ["message"] = refused.Message };
    }
    catch (Exception error)
    {
        reply["err"] = new JsonObject { ["kind"] = "internal", ["message"] = error.ToString() };
    }
    output.Write(reply.ToJsonString() + "\n");
    output.Flush();
    if (op == "bye") return;
}

/// <summary>The client did not do it: Kind is one of the protocol's err.kind.</summary>
class Refused(string kind, string message) : Exception(message)
{
    public string Kind { get; } = kind;
}
