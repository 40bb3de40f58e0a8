// What the replies of the admin API have in common; show.cc and the handlers write it.
#include "mockserver/admin/schema_text.h"

namespace aweber::mock {

const std::vector<SchemaComponent>& SchemaComponents() {
  static const std::vector<SchemaComponent> table = {
      {"Error", "error:Problem!"},
      {"Problem", "code:string! message:string! field:string"},

      {"Space",
       "name:string! base_url:string! endpoints:string{}! profile:string! scenario:string?! "
       "now:integer! requests:integer! evicted:integer!"},
      {"State",
       "version:integer! space:string! scenario:string! now:integer! settings:object! "
       "rules:Rule[]! "
       "clients:Client[]! tokens:Token[]! webhooks:WebhookWithoutKey[]! data:object! "
       "journal:Entry[]!"},
      {"Settings", "profile:string! settings:object! switches:Switch[]!"},
      {"Switch",
       "name:string! value:any! type:string! meaning:string! provenance:string! values:string[]"},
      {"Client", "id:string! type:string! name:string! redirect_uris:string[]! scopes:string[]!"},

      {"WebhookWithoutKey",
       "id:string! client_id:string! callback:string! url:string! events:string[]! fault:string!"},
      {"Webhook", "+WebhookWithoutKey key:string!"},
      {"Delivery",
       "id:string! webhook:string! url:string! headers:string{}! body:string! fault:string! "
       "attempts:integer! status:integer! error:string! answer:string! virtual_time:integer!"},
      {"AccountTree", "id:integer! company:string! lists:ListTree[]!"},
      {"ListTree", "id:integer! name:string! parts:integer{}!"},

      {"Scenario",
       "id:string! title:string! why:string! tags:string[]! spec:string[]! needs:string[]! "
       "control:string!"},
      {"InPlay", "id:string?! rules:RuleState[]!"},
      {"Rule", "id:string on:Selector! during:string when:Occasion times:integer then:object[]!"},
      {"Selector",
       "endpoint:string! grant:string client_id:string method:string path:string "
       "token_state:string"},
      {"Occasion", "nth:integer every:integer probability:number"},
      {"RuleState", "+Rule from:string! seen:integer! acted:integer! remaining:integer?!"},
      {"Gate", "name:string! waiting:integer! open:boolean!"},

      {"Clock",
       "now:integer! now_text:string! running:boolean! pending:Expiry[]! pending_total:integer!"},
      {"Expiry", "label:string! kind:string! at:integer!"},
      {"Token",
       "label:string! kind:string! client_id:string! username:string! grant:string! "
       "parent:string?! generation:integer! scopes:string[]! state:string! issued_at:integer! "
       "expires_at:integer?! value:string"},
      {"Authorization",
       "id:string! client_id:string! redirect_uri:string! scopes:string[]! status:string! "
       "created_at:integer!"},
      {"Decision", "id:string! decision:string! redirect:string!"},

      {"Entry",
       "sequence:integer! space:string! time:integer! virtual_time:integer! "
       "virtual_time_text:string! endpoint:string! path:string! state:string! request:Request! "
       "facts:Facts! response:Response finished:integer error:string! why_rejected:string! "
       "rule:string! fault:string! findings:Finding[]!"},
      {"Request",
       "method:string! target:Text! headers:Text[2][]! body:Text! tls:boolean! server_name:string! "
       "peer:string!"},
      {"Response", "status:integer! headers:Text[2][]! body:Text! bytes_sent:integer!"},
      {"Facts",
       "client_id:string basic_encoding:string grant_type:string code:string grant:string "
       "access_token:string refresh_token:string issued_refresh_token:string token_state:string "
       "token_placement:string client_type:string auth:string committed:boolean "
       "named_host:boolean"},
      {"Finding", "check:string! level:string! message:string!"},
      {"Text", "string|Bytes"},
      {"Bytes", "base64:string!"},
  };
  return table;
}

}  // namespace aweber::mock
