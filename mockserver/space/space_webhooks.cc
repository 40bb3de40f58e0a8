// The customers' data of a space, and its webhooks: who subscribes, and when what happened goes out.
#include "mockserver/space/space_impl.h"

namespace aweber::mock {

// The customers' data is made now, so that what the clock brings about there is told, too.
void SpaceImpl::ListenForWebhooks() {
  world_->api.listener = [this](Happening happening) { webhooks_.Note(std::move(happening)); };
  EnsureAccounts();
}

void SpaceImpl::EnsureAccounts() {
  for (const UserAccount& account : world_->accounts) {
    if (!account.developer) world_->api.Ensure(account.account_id, account.company);
  }
}

void SpaceImpl::UseData(const std::function<void(ApiData&)>& use) {
  std::lock_guard lock(mutex_);
  EnsureAccounts();
  world_->api.SettleAll(clock_.Now());
  use(world_->api);
  SendWebhooks();
}

void SpaceImpl::PeekData(const std::function<void(const ApiData&)>& use) {
  std::lock_guard lock(mutex_);
  world_->api.SettleAll(clock_.Now());
  SendWebhooks();
  use(world_->api);
}

void SpaceImpl::SendWebhooks() {
  if (webhooks_.subscriptions().empty()) return;
  auto deliveries = webhooks_.Take(world_->api, base_url_, clock_.Now(),
                                   SystemClock::System().Now(), *world_->ids.webhook);
  if (!deliveries.empty() && webhook_sender_) webhook_sender_(std::move(deliveries));
}

WebhookSubscription SpaceImpl::AddWebhook(WebhookSubscription subscription) {
  std::lock_guard lock(mutex_);
  auto added = webhooks_.Add(std::move(subscription), *world_->ids.webhook);
  ListenForWebhooks();
  return added;
}

bool SpaceImpl::RemoveWebhook(const std::string& id) {
  std::lock_guard lock(mutex_);
  const bool removed = webhooks_.Remove(id);
  if (webhooks_.subscriptions().empty()) world_->api.listener = nullptr;
  return removed;
}

bool SpaceImpl::SetWebhookFault(const std::string& id, const std::string& fault) {
  std::lock_guard lock(mutex_);
  return webhooks_.SetFault(id, fault);
}

std::vector<WebhookSubscription> SpaceImpl::WebhookSubscriptions() const {
  std::lock_guard lock(mutex_);
  return webhooks_.subscriptions();
}

std::vector<WebhookDelivery> SpaceImpl::WebhookDeliveries() const {
  std::lock_guard lock(mutex_);
  return {webhooks_.deliveries().begin(), webhooks_.deliveries().end()};
}

Status SpaceImpl::ResendWebhook(const std::string& delivery_id) {
  std::lock_guard lock(mutex_);
  auto again = webhooks_.Resend(delivery_id);
  if (!again) return again.error();
  if (webhook_sender_) webhook_sender_({std::move(*again)});
  return {};
}

void SpaceImpl::FinishDelivery(const WebhookDelivery& delivery) {
  std::lock_guard lock(mutex_);
  webhooks_.Finish(delivery);
}

}  // namespace aweber::mock
