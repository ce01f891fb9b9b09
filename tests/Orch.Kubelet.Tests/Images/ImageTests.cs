using System.Text;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.Kubelet.Images;
using Orch.Runtime;
using Orch.Testing.Builders;

namespace Orch.Kubelet.Tests.Images;

public sealed class ImageTests
{
    [Theory]
    [InlineData("nginx", "docker.io", "library/nginx")]
    [InlineData("org/app:v1", "docker.io", "org/app")]
    [InlineData("ghcr.io/org/app@sha256:abc", "ghcr.io", "org/app")]
    [InlineData("localhost/app", "localhost", "app")]
    [InlineData("reg:5000/app:v1", "reg:5000", "app")]
    public void Reference_IsLocated(string reference, string registry, string path)
        => Assert.Equal((registry, path), ImageReference.Locate(reference));

    [Theory]
    [InlineData("{\"auths\":{\"ghcr.io\":{\"auth\":\"am9lOnB3\"}}}", "ghcr.io/org/app", "joe")]
    [InlineData("{\"auths\":{\"https://index.docker.io/v1/\":{\"username\":\"ann\",\"password\":\"pw\"}}}", "nginx", "ann")]
    [InlineData("{\"auths\":{\"*.registry.io\":{\"username\":\"sub\",\"password\":\"pw\"}}}", "eu.registry.io/a", "sub")]
    [InlineData("{\"auths\":{\"ghcr.io\":{\"username\":\"all\",\"password\":\"x\"},\"ghcr.io/org\":{\"username\":\"org\",\"password\":\"x\"}}}", "ghcr.io/org/app", "org")]
    [InlineData("{\"auths\":{\"ghcr.io/other\":{\"username\":\"other\",\"password\":\"x\"}}}", "ghcr.io/org/app", null)]
    [InlineData("not json", "ghcr.io/org/app", null)]
    public async Task PullSecret_IsMatchedToTheRegistry(string config, string image, string? user)
    {
        await using var node = await TestNode.StartAsync();
        node.Cluster.Put(new V1Secret
        {
            ApiVersion = "v1",
            Kind = "Secret",
            Type = "kubernetes.io/dockerconfigjson",
            Metadata = new V1ObjectMeta { Name = "pull", NamespaceProperty = "default" },
            Data = new Dictionary<string, byte[]> { [".dockerconfigjson"] = Encoding.UTF8.GetBytes(config) },
        });
        var pod = Build.Pod("web").Image(image);
        pod.Spec.ImagePullSecrets = [new V1LocalObjectReference { Name = "pull" }];

        await node.RunToReadyAsync(pod);

        Assert.Contains(user is null ? $"pull {image}" : $"pull {image} as {user}", node.Runtime.Calls);
    }

    [Fact]
    public async Task FullDisk_RemovesTheLongestUnusedImages_NeverOnesInUse()
    {
        await using var node = await TestNode.StartAsync(o => o.ImageCollectionUsedShare = 0.8);
        node.Runtime.AddImage("somebody-elses:1");
        await node.RunToReadyAsync(Build.Pod("old").Image("old:1"));
        await node.RunToReadyAsync(Build.Pod("web"));
        var collector = node.Services.GetRequiredService<ImageCollector>();
        collector.Disk = _ => (10_000, 1_500);
        await collector.CollectAsync(CancellationToken.None);
        await node.DeleteAsync("old");
        await node.UntilAsync(() => node.Pod("old") is null, "the old pod to be gone");
        await node.AdvanceAsync(TimeSpan.FromMinutes(6));

        await collector.CollectAsync(CancellationToken.None);

        Assert.Null(await node.Runtime.FindImageAsync("old:1", CancellationToken.None));
        Assert.NotNull(await node.Runtime.FindImageAsync("somebody-elses:1", CancellationToken.None));
        Assert.NotNull(await node.Runtime.FindImageAsync("busybox:1", CancellationToken.None));
    }
}
