// The file of own customers' data (--data): YAML, or JSON, read strictly.
//
// Shape: docs/customer-data.md; mockserver/data/customers.schema.json.
// Thread safety: pure functions. Errors: "file:line:col: what", the line, a caret.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text/yaml.h"
#include "mockserver/data/customers.h"
#include "mockserver/model/registration.h"

namespace aweber::mock {

Result<std::shared_ptr<const Customers>> ReadCustomers(const YamlDocument& document);
// Each account must be one that some customer of `accounts` can authorize for.
Result<std::shared_ptr<const Customers>> ReadCustomerFile(const std::string& path,
                                                          const std::vector<UserAccount>& accounts);

}  // namespace aweber::mock
