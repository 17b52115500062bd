import { IsString } from 'class-validator';
import { Whole } from './config-checks.js';
import { EmailSettings } from './email-settings.js';

/** Where metrics and health answer besides, without a key and whatever the roles: part of `Config`. */
export class MetricsSettings extends EmailSettings {
  /** 0 for nowhere. */
  @Whole(0, 65535)
  METRICS_PORT = 0;

  @IsString()
  METRICS_HOST = '127.0.0.1';
}
