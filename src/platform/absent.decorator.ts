import { ValidateIf } from 'class-validator';

/** May be left out, but is not null: that must not be taken for something that was left out. */
export const Absent = () => ValidateIf((_, value) => value !== undefined);
