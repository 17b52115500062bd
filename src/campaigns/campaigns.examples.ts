/** The bodies shown in the API documentation for a new campaign. */
export const campaignExamples = {
  recurring: {
    summary: 'Every week',
    value: {
      name: 'Weekly Tech News',
      type: 'recurring',
      schedule_time: '2026-02-01T10:00:00',
      message: 'Stay updated with the latest in tech!',
      target_segment: 'tech',
      frequency: 'weekly',
      interval: 1,
    },
  },
  once: {
    summary: 'Once',
    value: {
      name: 'Black Friday Sale',
      type: 'one_time',
      schedule_time: '2026-11-28T00:00:00',
      message: 'Massive discounts are here!',
      target_segment: 'retail',
    },
  },
  calendar: {
    summary: 'Mondays and Thursdays in Berlin, personal',
    value: {
      name: 'Good morning',
      type: 'recurring',
      schedule_time: '2026-12-07T09:00:00',
      time_zone: 'Europe/Berlin',
      frequency: 'weekly',
      weekdays: ['monday', 'thursday'],
      subject: 'Good morning, {{ first_name | default: "friend" }}',
      message: '<p>Hello {{ first_name | default: "there" }}!</p>',
      format: 'html',
    },
  },
  variants: {
    summary: 'Two subjects for a fifth each, the better one for the others after four hours',
    value: {
      name: 'Autumn',
      type: 'one_time',
      schedule_time: '2026-12-07T09:00:00',
      subject: 'Our autumn collection',
      message: '<p><a href="https://shop.example/autumn">Have a look</a></p>',
      format: 'html',
      variants: [{ name: 'plain' }, { name: 'question', subject: 'Ready for autumn?' }],
      test_share: 40,
      winner: { by: 'clicks', after_minutes: 240 },
    },
  },
  recipientTime: {
    summary: 'Every day at ten wherever a contact is, on working days only',
    value: {
      name: 'Daily deal',
      type: 'recurring',
      schedule_time: '2026-12-07T10:00:00',
      time_zone: 'Europe/Berlin',
      recipient_time_zone: true,
      late: 'skip',
      frequency: 'daily',
      send_window: { from: '09:00', to: '20:00', weekdays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] },
      channel: 'push',
      message: 'Good morning {{ first_name }}, here is your deal.',
    },
  },
};
