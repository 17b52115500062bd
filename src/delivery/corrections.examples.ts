/** The bodies shown in the API documentation for what may happen to a run after the fact. */
export const retryExamples = {
  all: { summary: 'Everybody who failed', value: {} },
  reason: { summary: 'Those who failed for one reason', value: { reason: 'attempts_exhausted' } },
  contacts: { summary: 'These two', value: { contact_ids: [17, 18] } },
};

export const resendExamples = {
  all: { summary: 'Everybody in doubt', value: {} },
  contacts: { summary: 'These two', value: { contact_ids: [17, 18] } },
};

export const settleExamples = {
  all: { summary: 'All of them arrived', value: { outcome: 'sent' } },
  contacts: { summary: 'These two did not', value: { outcome: 'failed', contact_ids: [17, 18] } },
};

export const evidenceExamples = {
  webhook: {
    summary: 'A provider accepted one message and refused another',
    value: [
      { delivery_key: '12.17.mhq2k3v4', verdict: 'accepted' },
      { message_id: '<12.18.mhq2k3v4@example.com>', verdict: 'refused', response: '550 5.1.1 no such user' },
    ],
  },
};
