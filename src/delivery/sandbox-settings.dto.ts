import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsNumber, IsOptional, Max, Min } from 'class-validator';

/** Settings of kind `sandbox`: it delivers to nobody, and keeps what it took for `GET /sandbox/messages`. */
export class SandboxSettings {
  /**
   * The share of tries that it refuses for the moment; 0 unless given.
   * @example 0.05
   */
  @ApiPropertyOptional({ type: 'number', format: 'double' })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  failure_rate?: number;

  /**
   * Milliseconds until it answers; 0 unless given.
   * @example 100
   */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(60_000)
  latency_ms?: number;
}

/** Secrets of kind `sandbox`: none. */
export class NoSecrets {}
