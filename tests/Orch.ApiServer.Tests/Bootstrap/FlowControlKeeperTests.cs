using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Bootstrap;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Bootstrap;

public sealed class FlowControlKeeperTests
{
    private static readonly ObjectKey GlobalDefault = new(string.Empty, "global-default");

    [Fact]
    public async Task Start_MakesAllLevelsAndSchemas()
    {
        await using var server = await TestServer.StartAsync();

        var levels = await server.Admin.Resource<V1PriorityLevelConfiguration>().ListAsync(new ListRequest(), default);
        Assert.Equal(["catch-all", "exempt", "global-default", "leader-election", "node-high", "system", "workload-high", "workload-low"], levels.Items.Select(static item => item.Metadata.Name));
        var schemas = await server.Admin.Resource<V1FlowSchema>().ListAsync(new ListRequest(), default);
        Assert.Equal(13, schemas.Items.Count);
        Assert.All(schemas.Items, static item => Assert.Equal("true", item.Metadata.Annotations["apf.kubernetes.io/autoupdate-spec"]));
    }

    [Theory]
    [InlineData("true", 20)]
    [InlineData("false", 99)]
    [InlineData(null, 99)]
    public async Task Keep_SuggestedLevelChanged_GoesByItsAnnotation(string? annotation, int expected)
    {
        await using var server = await TestServer.StartAsync();
        var level = await server.Admin.Resource<V1PriorityLevelConfiguration>().GetAsync(GlobalDefault, default);
        level = Orch.Serialization.ApiJson.DeepCopy(level);
        level.Spec.Limited.NominalConcurrencyShares = 99;
        level.Metadata.Annotations = annotation is null ? null : new Dictionary<string, string> { ["apf.kubernetes.io/autoupdate-spec"] = annotation };
        await server.Admin.Resource<V1PriorityLevelConfiguration>().UpdateAsync(level, default);

        await server.Services.GetRequiredService<FlowControlKeeper>().KeepAsync(default);

        var kept = await server.Admin.Resource<V1PriorityLevelConfiguration>().GetAsync(GlobalDefault, default);
        Assert.Equal(expected, kept.Spec.Limited.NominalConcurrencyShares);
        Assert.Equal(annotation ?? "false", kept.Metadata.Annotations["apf.kubernetes.io/autoupdate-spec"]);
    }

    [Fact]
    public async Task Keep_ObjectsGoneOrSuggestedNoMore_AreMadeAndRemoved()
    {
        await using var server = await TestServer.StartAsync();
        await server.Admin.Resource<V1FlowSchema>().DeleteAsync(new ObjectKey(string.Empty, "catch-all"), new DeleteRequest(), default);
        await server.Admin.Resource<V1FlowSchema>().CreateAsync(Schema("old", "true"), default);
        await server.Admin.Resource<V1FlowSchema>().CreateAsync(Schema("own", null), default);

        await server.Services.GetRequiredService<FlowControlKeeper>().KeepAsync(default);

        var names = (await server.Admin.Resource<V1FlowSchema>().ListAsync(new ListRequest(), default)).Items.Select(static item => item.Metadata.Name).ToList();
        Assert.Contains("catch-all", names);
        Assert.Contains("own", names);
        Assert.DoesNotContain("old", names);
    }

    private static V1FlowSchema Schema(string name, string? annotation) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, Annotations = annotation is null ? null : new Dictionary<string, string> { ["apf.kubernetes.io/autoupdate-spec"] = annotation } },
        Spec = new V1FlowSchemaSpec { PriorityLevelConfiguration = new V1PriorityLevelConfigurationReference { Name = "system" } },
    };
}
