/** The strokes of each icon on a grid of 24. */
const SHAPES = {
  bell: 'M12 2v2M6 16c1.2-1.4 1.5-3.2 1.5-5.500a4.5 4.5 0 0 1 9 0c0 2.3.3 4.1 1.5 5.500zM4 16h16M10 19.500a2 2 0 0 0 4 0',
  overview: 'M4 4h7v7H4zM13 4h7v4h-7zM13 11h7v9h-7zM4 14h7v6H4z',
  campaign: 'M3 11v3l4 .5V10.500zM7 10l11-5v15l-11-5.500M10 15.500v4h3v-3M21 10.500v4',
  contact: 'M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM4 21c.6-4 3.8-6 8-6s7.4 2 8 6',
  segment: 'M9 6a6 6 0 1 0 0 12A6 6 0 0 0 9 6zM15 6a6 6 0 1 1 0 12 6 6 0 0 1 0-12z',
  import: 'M12 3v11m-4-4 4 4 4-4M4 16v4h16v-4',
  calendar: 'M4 6h16v14H4zM4 10.500h16M8 3v4M16 3v4',
  report: 'M20 11a7.5 7.500 0 0 1-11 6.600L4 19l1.4-4.500A7.5 7.500 0 1 1 20 11zM9 9.500h7M9 12.500h4',
  inbox: 'M4 13 6.5 5h11L20 13v6H4zM4 13h5l1.5 2.500h3L15 13h5',
  system: 'M4 5h16v6H4zM4 13h16v6H4zM7.5 8h.01M7.5 16h.01M11 8h6M11 16h6',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4',
  signOut: 'M10 4H5v16h5M9 12h11m-4-4 4 4-4 4',
  light:
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M5.3 18.700l1.4-1.400M17.3 6.700l1.4-1.4',
  dark: 'M20 14.500A8 8 0 1 1 9.5 4a6.5 6.5 0 0 0 10.5 10.500z',
  email: 'M3.5 6h17v12h-17zM4 6.500l8 6.5 8-6.5',
  sms: 'M4 5h16v11H11l-4 4v-4H4zM8 10.500h.01M12 10.500h.01M16 10.500h.01',
  push: 'M8 3h8v18H8zM11 18h2',
  plus: 'M12 5v14M5 12h14',
  check: 'm5 12.5 4.5 4.500L19 7.5',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l4.5 4.5',
  close: 'M6 6l12 12M18 6 6 18',
  pause: 'M8.5 5v14M15.5 5v14',
  play: 'M7.5 5v14l11-7z',
  warning: 'M12 4 2.5 20h19zM12 10v4.500M12 17.500h.01',
} as const;

export type IconName = keyof typeof SHAPES;

/** An icon beside words; it says nothing by itself, so that screen readers pass it over. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      style={{ flexShrink: 0 }}
    >
      <path d={SHAPES[name]} />
    </svg>
  );
}
