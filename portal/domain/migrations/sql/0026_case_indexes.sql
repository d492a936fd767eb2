-- The log of an account is put together from the newest of each kind (M6).
CREATE INDEX message_newest_of_account ON message (account_id, written_at DESC, id DESC) WHERE audience = 'customer';
CREATE INDEX quote_request_submitted_of_account ON quote_request (account_id, submitted_at DESC, id DESC) WHERE submitted_at IS NOT NULL;
CREATE INDEX recorded_call_newest_of_account ON recorded_call (account_id, called_at DESC, id DESC);
CREATE INDEX complaint_follow_up_newest_of_account ON complaint_follow_up (account_id, contacted_at DESC, id DESC);
CREATE INDEX contact_report_sent_of_account ON contact_report (account_id, sent_at DESC, id DESC) WHERE sent_at IS NOT NULL;
CREATE INDEX report_answer_newest_of_account ON report_answer (account_id, at DESC, id DESC);
