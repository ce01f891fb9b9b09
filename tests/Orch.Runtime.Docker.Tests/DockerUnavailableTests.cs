using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orch.Runtime.Docker.Images;

namespace Orch.Runtime.Docker.Tests;

public sealed class DockerUnavailableTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task EveryCall_WithoutAnEngine_IsUnavailable()
    {
        using var runtime = new DockerContainerRuntime(
            Options.Create(new DockerRuntimeOptions { SocketPath = "/nonexistent/docker.sock" }), TimeProvider.System, NullLoggerFactory.Instance);
        var none = new Dictionary<string, string>();
        Func<Task>[] calls =
        [
            () => runtime.GetInfoAsync(CancellationToken.None),
            () => runtime.ListContainersAsync(none, CancellationToken.None),
            () => runtime.PullImageAsync("app", null, CancellationToken.None),
            () => runtime.RunSandboxAsync(new SandboxConfig(new PodReference("a", "b", "c"), 0), CancellationToken.None),
            () => runtime.ExecuteAsync(new ContainerId("1"), ["true"], Patience, CancellationToken.None),
            async () => await runtime.WatchEventsAsync(CancellationToken.None).GetAsyncEnumerator().MoveNextAsync(),
            async () => await runtime.ReadLogsAsync(new ContainerId("1"), new LogRequest(), CancellationToken.None).GetAsyncEnumerator().MoveNextAsync(),
        ];

        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<RuntimeException>(() => call().WaitAsync(Patience));
            Assert.Equal(RuntimeErrorCode.Unavailable, error.Code);
            Assert.Contains("/nonexistent/docker.sock", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Options_ThatAreWrong_AreAllNamedWithTheFix()
    {
        var result = new DockerRuntimeOptionsValidator().Validate(
            null, new DockerRuntimeOptions { SocketPath = "docker.sock", ClusterId = "a b", PauseImage = "UPPER", LogMaxFiles = 0 });

        Assert.Equal(4, result.Failures!.Count());
        Assert.Contains("/var/run/docker.sock", result.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void AddOrchDockerRuntime_Twice_GivesOneRuntime()
    {
        using var provider = new ServiceCollection()
            .AddOrchDockerRuntime(options => options.ClusterId = "one").AddOrchDockerRuntime()
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        Assert.IsType<DockerContainerRuntime>(Assert.Single(provider.GetServices<IContainerRuntime>()));
    }

    [Theory]
    [InlineData("nginx", "nginx", "latest", "docker.io")]
    [InlineData("nginx:1.27", "nginx", "1.27", "docker.io")]
    [InlineData("org/app", "org/app", "latest", "docker.io")]
    [InlineData("ghcr.io/org/app:v2", "ghcr.io/org/app", "v2", "ghcr.io")]
    [InlineData("localhost:5000/app", "localhost:5000/app", "latest", "localhost:5000")]
    [InlineData("app:v1@sha256:0123456789abcdef0123456789abcdef", "app", "sha256:0123456789abcdef0123456789abcdef", "docker.io")]
    public void ImageReference_OfAName_IsCut(string text, string repository, string tag, string registry)
    {
        Assert.True(ImageReference.TryParse(text, out var reference));
        Assert.Equal((repository, tag, registry), (reference.Repository, reference.TagOrDigest, reference.Registry));
    }

    [Theory]
    [InlineData("")]
    [InlineData("UPPER")]
    [InlineData("app:")]
    [InlineData("app:tag:tag")]
    [InlineData("-app")]
    [InlineData("a b")]
    [InlineData("app@sha256:xyz")]
    public void ImageReference_OfNone_IsRefused(string text) => Assert.False(ImageReference.TryParse(text, out _));

    [Theory]
    [InlineData("CapEff:\t000001ffffffffff\n", -1000)]
    [InlineData("Name:\tx\nCapEff:\t000001fffeffffff\n", -5)]
    [InlineData("", -1000)]
    public void OomScoreFloor_OfAnEngineThatMayNotLowerIt_IsItsOwn(string status, int floor) =>
        Assert.Equal(floor, Engine.OomScoreFloor.FloorOf(status, "-5\n"));

    [Theory]
    [InlineData("pull access denied for x, repository does not exist or may require 'docker login'", RuntimeErrorCode.ImagePullUnauthorized)]
    [InlineData("manifest for x:1 not found: manifest unknown", RuntimeErrorCode.ImagePullNotFound)]
    [InlineData("dial tcp: lookup r on 1.1.1.1:53: no such host", RuntimeErrorCode.ImagePullUnreachable)]
    [InlineData("something else", RuntimeErrorCode.ImagePullFailed)]
    public void PullFaults_AreSortedByTheirWords(string message, RuntimeErrorCode code) => Assert.Equal(code, PullFaults.CodeOf(message));
}
