import { Module } from '@nestjs/common';
import { EngineMetrics } from './engine-metrics.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsPortService } from './metrics-port.service.js';
import { ProcessMetrics } from './process-metrics.js';

/** What those ask who keep the product running. Nothing depends on it. */
@Module({
  controllers: [MetricsController],
  providers: [EngineMetrics, MetricsPortService, ProcessMetrics],
  exports: [MetricsPortService],
})
export class OperationsModule {}
