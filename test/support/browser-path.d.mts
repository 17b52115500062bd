export const browserPath: string | null;
