import { Module } from '@nestjs/common';
import { EngineMetrics } from './engine-metrics.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsPortService } from './metrics-port.service.js';
import { ProcessMetrics } from './process-metrics.js';
import { SystemController } from './system.controller.js';
import { SystemService } from './system.service.js';

/** What those ask who keep the product running. Nothing depends on it. */
@Module({
  controllers: [MetricsController, SystemController],
  providers: [EngineMetrics, MetricsPortService, ProcessMetrics, SystemService],
  exports: [MetricsPortService],
})
export class OperationsModule {}
