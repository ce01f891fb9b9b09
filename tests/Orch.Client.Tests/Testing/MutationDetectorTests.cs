using k8s.Models;
using Orch.Client.Informers;
using Orch.Resources;
using Orch.Testing.Builders;
using Orch.Testing.Fakes;
using Orch.Testing.Time;
using static Orch.Testing.Builders.Build;

namespace Orch.Client.Tests.Testing;

public sealed class MutationDetectorTests
{
    [Fact]
    public async Task Verify_FindsAChangeInPlace_AndNotACopy()
    {
        var cluster = new FakeCluster().Add(Pod("a").WithLabel("app", "web"));
        await using var factory = new InformerFactory(cluster, TimeProvider.System);
        var pods = factory.Informer<V1Pod>();
        factory.Start();
        await pods.WaitForSyncAsync(default).Within("the pods");
        var detector = new MutationDetector().Watch(pods).Watch<V1Pod>(cluster);
        var pod = pods.Find(new ObjectKey("default", "a"))!;
        _ = pod with { Metadata = pod.Metadata with { Labels = new Dictionary<string, string>() } };
        detector.Verify();
        pod.Metadata.Labels["app"] = "db";
        var failure = Assert.Throws<InvalidOperationException>(detector.Verify);
        Assert.Contains("default/a", failure.Message, StringComparison.Ordinal);
    }
}
