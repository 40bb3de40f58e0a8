#include "mockserver/faults/fault_fields.h"

namespace aweber::mock {
namespace {

constexpr FaultField kFields[] = {
    {.member = "status", .integer = &Fault::status},
    {.member = "seconds", .integer = &Fault::retry_after_s},
    {.member = "by", .integer = &Fault::delay_ms},
    {.member = "bytes", .integer = &Fault::bytes},
    {.member = "size", .integer = &Fault::gate_size},
    {.member = "error", .text = &Fault::error},
    {.member = "description", .text = &Fault::description},
    {.member = "uri", .text = &Fault::uri},
    {.member = "content_type", .text = &Fault::content_type},
    {.member = "body", .text = &Fault::body},
    {.member = "location", .text = &Fault::location},
    {.member = "name", .text = &Fault::gate},
    {.member = "certificate", .text = &Fault::tls},
};

}  // namespace

const FaultField* FindFaultField(std::string_view member) {
  for (const FaultField& field : kFields) {
    if (field.member == member) return &field;
  }
  return nullptr;
}

}  // namespace aweber::mock
