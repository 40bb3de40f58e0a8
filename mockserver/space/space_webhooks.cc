// The customers' data of a space, and its webhooks: who subscribes, and when what happened goes out.
#include "mockserver/space/space_impl.h"

namespace aweber::mock {

// The customers' data is made now, so that what the clock brings about there is told, too.
void SpaceImpl::ListenForWebhooks() {
  state_->api.listener = [this](SubscriberEvent subscriber_event) {
    webhooks_.Note(std::move(subscriber_event));
  };
  EnsureAccounts();
}

void SpaceImpl::EnsureAccounts() {
  for (const UserAccount& account : state_->accounts) {
    if (!account.developer) state_->api.Ensure(account.account_id, account.company);
  }
}

void SpaceImpl::UseData(const std::function<void(ApiData&)>& use) {
  std::lock_guard lock(mutex_);
  EnsureAccounts();
  state_->api.SettleAll(clock_.Now());
  use(state_->api);
  SendWebhooks();
}

void SpaceImpl::PeekData(const std::function<void(const ApiData&)>& use) {
  std::lock_guard lock(mutex_);
  state_->api.SettleAll(clock_.Now());
  SendWebhooks();
  use(state_->api);
}

void SpaceImpl::SendWebhooks() {
  if (webhooks_.subscriptions().empty()) return;
  auto deliveries = webhooks_.Take(state_->api, base_url_, clock_.Now(),
                                   SystemClock::System().Now(), *state_->ids.webhook);
  if (!deliveries.empty() && webhook_sender_) webhook_sender_(std::move(deliveries));
}

WebhookSubscription SpaceImpl::AddWebhook(WebhookSubscription subscription) {
  std::lock_guard lock(mutex_);
  auto added = webhooks_.Add(std::move(subscription), *state_->ids.webhook);
  ListenForWebhooks();
  return added;
}

bool SpaceImpl::RemoveWebhook(const std::string& id) {
  std::lock_guard lock(mutex_);
  const bool removed = webhooks_.Remove(id);
  if (webhooks_.subscriptions().empty()) state_->api.listener = nullptr;
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
