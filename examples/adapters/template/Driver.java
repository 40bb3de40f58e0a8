// A template: fill in the seven places marked TODO. Wire your client exactly as your application
// does: an adapter that is kinder than the application hides the defects you are looking for. The
// runner is the browser: it opens the URL that `authorize` returns and hands you the callback URL.
//
//     aweber-conformance run --driver "java my-adapter/Driver.java"
//
// It needs nothing but a JDK. Put your library on the class path: java -cp lib.jar Driver.java.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

public class Driver {
  /** case -> the `open` request: endpoints, client id and secret, redirect URI, scopes. */
  static final Map<String, Map<String, Object>> CASES = new HashMap<>();

  /** The client did not do it: `kind` is one of the protocol's err.kind. */
  static class Refused extends RuntimeException {
    final Map<String, Object> reply = new LinkedHashMap<>();

    Refused(String kind, String message) {
      super(message);
      reply.put("kind", kind);
      reply.put("message", message);
    }
  }

  interface Operation {
    Map<String, Object> run(Map<String, Object> request) throws Exception;
  }

  static final Map<String, Operation> OPERATIONS = new HashMap<>();

  static {
    // TODO 1: make your client from the request; sessions of one case are different users.
    OPERATIONS.put("open", request -> {
      CASES.put((String) request.get("case"), request);
      return null;
    });
    OPERATIONS.put("close", request -> {
      CASES.remove(request.get("case"));
      return null;
    });
    // TODO 2: build the authorization URL; remember state (and the verifier) for the session.
    OPERATIONS.put("authorize", request -> todo("2: authorize")); // Map.of("url", ...)
    // TODO 3: the user came back at request.get("url"). Check it, exchange the code, keep the
    // tokens. Refuse with new Refused("state_mismatch", "...") and so on.
    OPERATIONS.put("callback", request -> todo("3: callback")); // Map.of("token", ...)
    // TODO 4: one API request, "method" and "url" (and "body"), the way your application makes it.
    OPERATIONS.put("call", request -> todo("4: call")); // Map.of("status", 200)
    // TODO 5: refresh now. Refused("reauthorize") when the user must log in again.
    OPERATIONS.put("refresh", request -> todo("5: refresh")); // Map.of("token", ...)
    // TODO 6: what the client would use now.
    OPERATIONS.put("token", request -> todo("6: token")); // Map.of("access_token", ...)
  }

  static Map<String, Object> todo(String what) {
    throw new Refused("internal", "TODO " + what);
  }

  static Map<String, Object> hello() {
    Map<String, Object> features = new LinkedHashMap<>();
    // TODO 7: what your client does; `aweber-conformance docs write-an-adapter`.
    features.put("state", true);
    features.put("auth", List.of("basic"));
    features.put("token_transport", List.of("header"));
    features.put("refresh", List.of("manual"));
    return Map.of("protocol", 1,
        "client", Map.of("name", "my-client", "version", "0", "language", "Java"),
        "features", features);
  }

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err); // the protocol has the real one
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      @SuppressWarnings("unchecked")
      Map<String, Object> request = (Map<String, Object>) new Json(line).value();
      String op = (String) request.get("op");
      Map<String, Object> reply = new LinkedHashMap<>();
      reply.put("id", request.get("id"));
      try {
        if (op.equals("hello")) {
          reply.put("ok", hello());
        } else if (op.equals("bye")) {
          reply.put("ok", Map.of());
        } else if (!OPERATIONS.containsKey(op)) {
          reply.put("unsupported", Map.of("feature", op));
        } else {
          Map<String, Object> ok = OPERATIONS.get(op).run(request);
          reply.put("ok", ok == null ? Map.of() : ok);
        }
      } catch (Refused refused) {
        reply.put("err", refused.reply);
      } catch (Exception error) {
        reply.put("err", Map.of("kind", "internal", "message", String.valueOf(error)));
      }
      out.print(Json.write(reply) + "\n");
      out.flush();
      if (op.equals("bye")) return;
    }
  }

  /** Just enough JSON for the protocol. Take your project's own library if it has one. */
  static class Json {
    private final String text;
    private int at;

    Json(String text) {
      this.text = text;
    }

    Object value() {
      blank();
      char c = text.charAt(at);
      if (c == '{') return object();
      if (c == '[') return array();
      if (c == '"') return string();
      int begin = at;
      while (at < text.length() && ",]} \t\r".indexOf(text.charAt(at)) < 0) at++;
      String word = text.substring(begin, at);
      if (word.equals("true") || word.equals("false")) return Boolean.valueOf(word);
      if (word.equals("null")) return null;
      if (word.matches("-?[0-9]+")) return Long.valueOf(word);
      return Double.valueOf(word);
    }

    private Map<String, Object> object() {
      Map<String, Object> members = new LinkedHashMap<>();
      for (at++, blank(); text.charAt(at) != '}'; blank()) {
        String name = string();
        blank();
        at++; // the colon
        members.put(name, value());
        blank();
        if (text.charAt(at) == ',') at++;
        blank();
      }
      at++;
      return members;
    }

    private List<Object> array() {
      List<Object> items = new ArrayList<>();
      for (at++, blank(); text.charAt(at) != ']'; blank()) {
        items.add(value());
        blank();
        if (text.charAt(at) == ',') at++;
      }
      at++;
      return items;
    }

    private String string() {
      StringBuilder out = new StringBuilder();
      for (at++; text.charAt(at) != '"'; at++) {
        char c = text.charAt(at);
        if (c == '\\') {
          c = text.charAt(++at);
          int escape = "bfnrt".indexOf(c);
          if (c == 'u') {
            c = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
            at += 4;
          } else if (escape >= 0) {
            c = "\b\f\n\r\t".charAt(escape);
          }
        }
        out.append(c);
      }
      at++;
      return out.toString();
    }

    private void blank() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    static String write(Object value) {
      if (value instanceof Map<?, ?> map) {
        List<String> members = new ArrayList<>();
        map.forEach((name, member) -> members.add(write(name) + ":" + write(member)));
        return "{" + String.join(",", members) + "}";
      }
      if (value instanceof List<?> list) {
        List<String> items = new ArrayList<>();
        list.forEach(item -> items.add(write(item)));
        return "[" + String.join(",", items) + "]";
      }
      if (!(value instanceof String)) return String.valueOf(value);
      StringBuilder out = new StringBuilder("\"");
      for (char c : ((String) value).toCharArray()) {
        if (c == '"' || c == '\\') out.append('\\').append(c);
        else if (c < ' ') out.append(String.format("\\u%04x", (int) c));
        else out.append(c);
      }
      return out.append('"').toString();
    }
  }
}
