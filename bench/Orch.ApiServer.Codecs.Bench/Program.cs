using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Orch.ApiServer.Codecs.Bench;

// In process, so that the run needs no second build: dotnet run -c Release --project bench/Orch.ApiServer.Codecs.Bench
BenchmarkSwitcher.FromTypes([typeof(CodecBenchmarks), typeof(DeclarationBenchmarks), typeof(FieldBenchmarks), typeof(ContentBenchmarks)])
    .Run(args.Length == 0 ? ["--filter", "*"] : args, DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));
