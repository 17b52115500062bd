/** What the file system says, in words. */
const WORDS: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of this path is a file, and no folder',
  EISDIR: 'this is a folder, and no file',
  EACCES: 'this account may not use it',
  EPERM: 'this account may not use it',
  EROFS: 'the file system cannot be written',
  ENOSPC: 'the disk is full',
  EMFILE: 'too many files are open',
  ELOOP: 'its links lead back to themselves',
  ENAMETOOLONG: 'the name is too long',
};

/** What is said of an error: of one about a file its path and what is wrong, of any other its own words. */
export function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = '', path } = error as NodeJS.ErrnoException;
  const words = WORDS[code];
  return path !== undefined && words !== undefined ? `${path}: ${words}` : error.message;
}
