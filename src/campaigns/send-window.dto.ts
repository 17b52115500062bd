import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { WEEKDAYS, type Weekday } from './domain/schedule.js';

const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** The hours in which a campaign may be sent, by each recipient's own clock. */
export class SendWindowFields {
  /**
   * Included.
   * @example "09:00"
   */
  @IsString()
  @Matches(TIME_OF_DAY, { message: 'from must be a time of day such as 09:00' })
  from: string;

  /**
   * Not included. Where it is not later than `from` the window ends on the next day.
   * @example "20:00"
   */
  @IsString()
  @Matches(TIME_OF_DAY, { message: 'to must be a time of day such as 20:00' })
  to: string;

  /**
   * On which days the window begins; absent means every day.
   * @example ["monday", "tuesday", "wednesday", "thursday", "friday"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(7)
  @ArrayUnique()
  @IsIn(WEEKDAYS, { each: true })
  weekdays?: Weekday[] | null;
}
