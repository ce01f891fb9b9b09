using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Admission.Policies;

/// <summary>Which mutating policies are evaluated, how often, and what several faults come to.</summary>
public sealed class MutatingDispatchTests(SharedPolicyServer shared) : IClassFixture<SharedPolicyServer>, IAsyncLifetime
{
    // Counts how often it was evaluated.
    private const string Count = "Object{metadata: Object.metadata{annotations: {?'foo': optional.of(string(int(object.metadata.annotations['foo']) + 1))}}}";

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => shared.ClearAsync();

    [Fact]
    public async Task Selectors_SeeTheObjectAsItCame_AndConditionsAsItIs()
    {
        await shared.MutateAsync("a", spec => spec.Mutations = [Apply("Object{metadata: Object.metadata{labels: {'seen': 'yes'}}}")]);
        await shared.MutateAsync("b", spec =>
        {
            spec.MatchConstraints.ObjectSelector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["seen"] = "yes" } };
            spec.Mutations = [Apply("Object{metadata: Object.metadata{labels: {'selected': 'yes'}}}")];
        });
        await shared.MutateAsync("c", spec =>
        {
            spec.MatchConditions = [new V1MatchCondition { Name = "seen", Expression = "object.metadata.?labels['seen'] == optional.of('yes')" }];
            spec.Mutations = [Apply("Object{metadata: Object.metadata{labels: {'conditional': 'yes'}}}")];
        });

        Assert.Equal("conditional,seen", string.Join(',', (await CreateAsync("m")).Metadata.Labels.Keys.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Reinvocation_OfPolicies_IsOneMoreRoundOfThoseThatAskForIt()
    {
        await shared.MutateAsync("policy-1", spec => (spec.ReinvocationPolicy, spec.Mutations) = ("IfNeeded", [Apply(Count)]));
        await shared.MutateAsync("policy-2", spec => (spec.ReinvocationPolicy, spec.Mutations) = ("IfNeeded", [Apply(Count)]));
        await shared.MutateAsync("policy-3", spec => spec.Mutations = [Apply(Count)]);

        Assert.Equal("5", (await CreateAsync("m", ("foo", "0"))).Metadata.Annotations["foo"]);
    }

    [Theory]
    [InlineData("IfNeeded", "2")]
    [InlineData("Never", "1")]
    public async Task Reinvocation_OfOnePolicyAlone_FollowsItsOwnMutation(string reinvocation, string count)
    {
        await shared.MutateAsync("policy-1", spec => (spec.ReinvocationPolicy, spec.Mutations) = (reinvocation, [Apply(Count)]));

        Assert.Equal(count, (await CreateAsync("m", ("foo", "0"))).Metadata.Annotations["foo"]);
    }

    [Fact]
    public async Task Reinvocation_OfEachParameter_IsCountedByItself()
    {
        await ParamAsync("param-1", "firstApplied");
        await ParamAsync("param-2", "secondApplied");
        await shared.MakeAsync(new V1ConfigMap { Metadata = Meta("param-3"), Data = new Dictionary<string, string> { ["thirdApplied"] = "true" } });
        await shared.MutateAsync("multi-param", spec => (spec.ReinvocationPolicy, spec.ParamKind, spec.Mutations, spec.MatchConstraints) = ("IfNeeded", ConfigMap, [Apply("Object{metadata: Object.metadata{annotations: params.data}}"), Apply(Count)], OnServices),
            binding => binding.ParamRef = new V1ParamRef { Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["multi"] = "true" } }, ParameterNotFoundAction = "Allow" });
        await shared.MutateAsync("no-reinvoke", spec => (spec.ParamKind, spec.Mutations, spec.MatchConstraints) = (ConfigMap, [Apply("Object{metadata: Object.metadata{annotations: params.data}}"), Apply(Count)], OnServices),
            binding => binding.ParamRef = new V1ParamRef { Name = "param-3", ParameterNotFoundAction = "Allow" });

        var made = await shared.Server.Admin.Resource<V1Service>().CreateAsync(
            new V1Service { Metadata = Meta("s", ("foo", "0")), Spec = new V1ServiceSpec { ClusterIP = "None", Selector = new Dictionary<string, string> { ["a"] = "b" } } }, CancellationToken.None);
        await shared.Server.Admin.Resource<V1Service>().DeleteAsync(new ObjectKey("default", "s"), new DeleteRequest(), CancellationToken.None);

        Assert.Equal("firstApplied=true,foo=5,secondApplied=true,thirdApplied=true", string.Join(',', made.Metadata.Annotations.OrderBy(static item => item.Key, StringComparer.Ordinal).Select(static item => $"{item.Key}={item.Value}")));
    }

    [Fact]
    public async Task Mutations_OfOnePolicy_SeeEachOther_AndItsVariables()
    {
        await shared.MutateAsync("p", spec =>
        {
            spec.Variables = [new V1Variable { Name = "foo1", Expression = "'foo1' + 'Value'" }, new V1Variable { Name = "foo2", Expression = "variables.foo1.replace('1', '2')" }];
            spec.Mutations =
            [
                Apply("Object{metadata: Object.metadata{annotations: {'foo1': variables.foo1}}}"),
                Patch("[JSONPatch{op: 'test', path: '/metadata/annotations', value: {'foo1': variables.foo1}}, JSONPatch{op: 'add', path: '/metadata/annotations/foo2', value: variables.foo2}]"),
                Apply("Object{metadata: Object.metadata{annotations: {'foo3': 'foo3Value'}}}"),
            ];
        });

        Assert.Equal("foo1Value foo2Value foo3Value", string.Join(' ', (await CreateAsync("m")).Metadata.Annotations.OrderBy(static item => item.Key, StringComparer.Ordinal).Select(static item => item.Value)));
    }

    [Fact]
    public async Task Faults_OfSeveralPolicies_AreAllCauses_WhatCannotBeAppliedFirst()
    {
        await shared.MutateAsync("a", spec => spec.Mutations = [Apply("Object{data: {'x': object.nothing}}"), Apply("Object{data: {'x': object.neither}}")]);
        await shared.MutateAsync("b", spec => (spec.MatchConditions, spec.Mutations) = ([new V1MatchCondition { Name = "c", Expression = "object.nowhere == 1" }], [Apply("Object{}")]));
        await shared.MutateAsync("c", spec => (spec.ParamKind, spec.Mutations) = (new V1ParamKind { ApiVersion = "example.com/v1", Kind = "Limit" }, [Apply("Object{}")]));
        await shared.MutateAsync("d", spec => (spec.FailurePolicy, spec.Mutations) = ("Ignore", [Apply("Object{data: {'x': object.nothing}}")]));

        var refusal = await Assert.ThrowsAsync<ApiException>(() => CreateAsync("m"));

        string[] texts =
        [
            "policy \"c\" denied request: failed to configure policy: failed to find resource referenced by paramKind: 'example.com/v1, Kind=Limit'",
            "policy 'a' with binding 'a' denied request: expression 'Object{data: {'x': object.nothing}}' resulted in error: no such key: nothing",
            "policy 'a' with binding 'a' denied request: expression 'Object{data: {'x': object.neither}}' resulted in error: no such key: neither",
            "policy 'b' with binding 'b' denied request: expression 'object.nowhere == 1' resulted in error: no such key: nowhere",
        ];
        Assert.Equal((403, "Forbidden", texts[0]), (refusal.Code, refusal.Reason, refusal.Message));
        Assert.Equal(texts, refusal.Status.Details.Causes.Select(static cause => cause.Message));
        Assert.Equal(("m", "configmaps"), (refusal.Status.Details.Name, refusal.Status.Details.Kind));
    }

    [Fact]
    public async Task Deletion_IsNeverMutated_ButConditionsAreLookedAt()
    {
        await CreateAsync("m");
        await shared.MutateAsync("p", spec => spec.Mutations = [Apply("Object{data: {'x': object.data.y}}")]);
        await DeleteAsync("m");

        await shared.ClearAsync();
        await CreateAsync("m");
        await shared.MutateAsync("p", spec => (spec.MatchConditions, spec.Mutations) = ([new V1MatchCondition { Name = "c", Expression = "object.metadata.name == 'm'" }], [Apply("Object{}")]));

        var refusal = await Assert.ThrowsAsync<ApiException>(() => DeleteAsync("m"));
        Assert.Equal("policy 'p' with binding 'p' denied request: expression 'object.metadata.name == 'm'' resulted in error: no such key: metadata", refusal.Message);
    }

    [Fact]
    public async Task Parameters_OfAnUnknownKind_CountWhateverTheBindingSays()
    {
        await shared.MutateAsync("p", spec => (spec.ParamKind, spec.Mutations) = (new V1ParamKind { ApiVersion = "example.com/v1", Kind = "Limit" }, [Apply("Object{}")]),
            binding => binding.MatchResources = SharedPolicyServer.MatchOf("", "secrets", "CREATE"));

        Assert.StartsWith("policy \"p\" denied request: failed to configure policy", (await Assert.ThrowsAsync<ApiException>(() => CreateAsync("m"))).Message, StringComparison.Ordinal);
    }

    private static V1ParamKind ConfigMap => new() { ApiVersion = "v1", Kind = "ConfigMap" };

    private static V1MatchResources OnServices => SharedPolicyServer.MatchOf("", "services", "CREATE");

    private static V1Mutation Apply(string expression) => new() { PatchType = "ApplyConfiguration", ApplyConfiguration = new V1ApplyConfiguration { Expression = expression } };

    private static V1Mutation Patch(string expression) => new() { PatchType = "JSONPatch", JsonPatch = new V1JSONPatch { Expression = expression } };

    private static V1ObjectMeta Meta(string name, params (string Key, string Value)[] annotations)
        => new() { Name = name, NamespaceProperty = "default", Annotations = annotations.Length == 0 ? null : annotations.ToDictionary(static item => item.Key, static item => item.Value) };

    private Task<V1ConfigMap> CreateAsync(string name, params (string Key, string Value)[] annotations)
        => shared.Server.Admin.Resource<V1ConfigMap>().CreateAsync(new V1ConfigMap { Metadata = Meta(name, annotations) }, CancellationToken.None);

    private Task DeleteAsync(string name) => shared.Server.Admin.Resource<V1ConfigMap>().DeleteAsync(new ObjectKey("default", name), new DeleteRequest(), CancellationToken.None);

    private async Task ParamAsync(string name, string key)
    {
        var meta = Meta(name);
        meta.Labels = new Dictionary<string, string> { ["multi"] = "true" };
        await shared.MakeAsync(new V1ConfigMap { Metadata = meta, Data = new Dictionary<string, string> { [key] = "true" } });
    }
}
