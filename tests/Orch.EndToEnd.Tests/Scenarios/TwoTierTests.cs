namespace Orch.EndToEnd.Tests.Scenarios;

[Collection(ClusterTests.Name), Trait("Needs", "Docker")]
public sealed class TwoTierTests(ClusterFixture cluster)
{
    private readonly TwoTierApp _app = cluster.TwoTier;

    [SkippableFact]
    public async Task The_web_tier_answers_by_node_port_and_cluster_address_and_calls_the_back_end_by_name()
    {
        await _app.EnsureAsync();
        using var client = Traffic.NewClient();

        foreach (var address in (Uri[])[_app.ByNodePort, _app.ByClusterAddress])
        {
            var answer = await Eventually.BecomesAsync($"an answer from {address}", () => client.GetStringAsync(address), TwoTierApp.IsGood, TimeSpan.FromSeconds(30));
            Assert.StartsWith("web v1 on web-", answer, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task It_scales_to_ten_and_back_to_three()
    {
        var kubectl = await _app.EnsureAsync();

        await kubectl.RunAsync("scale", "deployment/web", "--replicas=10");
        await kubectl.RolledOutAsync("deployment/web");
        await kubectl.UntilAsync("ten addresses behind the service", output => output.Split(' ').Length == 10,
            "get", "endpoints", "web", "-o", "jsonpath={.subsets[*].addresses[*].ip}");

        await kubectl.RunAsync("scale", "deployment/web", "--replicas=3");
        await kubectl.UntilAsync("three pods", output => output.Split('\n').Length == 3, "get", "pods", "-l", "app=web", "-o", "name");
        Assert.Equal(3, (await kubectl.RunAsync("get", "endpoints", "web", "-o", "jsonpath={.subsets[*].addresses[*].ip}")).Split(' ').Length);
        Assert.Equal("3", await kubectl.RunAsync("get", "deployment", "web", "-o", "jsonpath={.status.readyReplicas}"));
    }

    [SkippableFact]
    public async Task A_new_version_rolls_out_and_back_without_a_failed_request()
    {
        var kubectl = await _app.EnsureAsync();
        await kubectl.RunAsync("scale", "deployment/web", "--replicas=3");
        await kubectl.RolledOutAsync("deployment/web");

        await using var traffic = new Traffic(TwoTierApp.IsGood, _app.ByNodePort, _app.ByClusterAddress);
        await traffic.SeeMoreAsync(20);
        await kubectl.RunAsync("set", "env", "deployment/web", "VERSION=v2");
        await kubectl.RolledOutAsync("deployment/web");
        await traffic.SeeMoreAsync(20);
        await kubectl.UntilAsync("the old pods to be gone", output => output.Split('\n').Length == 3, "get", "pods", "-l", "app=web", "-o", "name");
        await traffic.SeeMoreAsync(20);
        Assert.StartsWith("web v2 ", traffic.Answers.Last(), StringComparison.Ordinal);

        await kubectl.RunAsync("rollout", "undo", "deployment/web");
        await kubectl.RolledOutAsync("deployment/web");
        await kubectl.UntilAsync("the newer pods to be gone", output => output.Split('\n').Length == 3, "get", "pods", "-l", "app=web", "-o", "name");
        await traffic.SeeMoreAsync(20);
        await traffic.StopAsync();

        Assert.True(traffic.Failures.IsEmpty, $"{traffic.Failures.Count} of {traffic.Answers.Count + traffic.Failures.Count} requests failed:\n{string.Join('\n', traffic.Failures.Take(20))}");
        Assert.StartsWith("web v1 ", traffic.Answers.Last(), StringComparison.Ordinal);
        Assert.Contains("REVISION", await kubectl.RunAsync("rollout", "history", "deployment/web"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_image_that_is_not_to_be_had_stops_the_rollout_while_the_old_pods_serve()
    {
        var kubectl = await _app.EnsureAsync();
        var good = await kubectl.RunAsync("get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.containers[0].image}");

        await using var traffic = new Traffic(TwoTierApp.IsGood, _app.ByNodePort);
        await kubectl.RunAsync("set", "image", "deployment/web", "httpd=orch.invalid/none:1");
        await kubectl.UntilAsync("the image to fail", output => output.Contains("ErrImagePull", StringComparison.Ordinal) || output.Contains("ImagePullBackOff", StringComparison.Ordinal),
            "get", "pods", "-l", "app=web", "-o", "jsonpath={.items[*].status.containerStatuses[*].state.waiting.reason}");
        var stuck = await kubectl.TryAsync("rollout", "status", "deployment/web", "--timeout=2s");
        Assert.NotEqual(0, stuck.ExitCode);
        await traffic.SeeMoreAsync(20);

        await kubectl.RunAsync("rollout", "undo", "deployment/web");
        await kubectl.RolledOutAsync("deployment/web");
        await traffic.StopAsync();

        Assert.True(traffic.Failures.IsEmpty, string.Join('\n', traffic.Failures.Take(20)));
        Assert.Equal(good, await kubectl.RunAsync("get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.containers[0].image}"));
    }
}
