using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Orch.Host.Bench;

// In process, so that the run needs no second build: dotnet run -c Release --project bench/Orch.Host.Bench
BenchmarkSwitcher.FromTypes([typeof(StartBenchmarks)])
    .Run(args.Length > 0 ? args : ["--filter", "*"], DefaultConfig.Instance.AddJob(
        Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(8).WithIterationCount(12).WithInvocationCount(1).WithUnrollFactor(1)));
