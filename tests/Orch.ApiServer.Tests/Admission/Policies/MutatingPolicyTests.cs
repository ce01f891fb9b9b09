using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Admission.Policies;

public sealed class MutatingPolicyTests : PolicyTestBase
{
    [Theory]
    [InlineData("Object{metadata: Object.metadata{labels: {'a-b': 'x'}}}", "a=1;a-b=x")]
    [InlineData("Object{metadata: Object.metadata{labels: {?'k': object.data[?'none']}}, data: {'b': object.data.a + '!'}}", "a=1,b=1!;")]
    [InlineData("Object{data: {'a': '2'}}", "a=2;")]
    public async Task ApplyConfiguration_IsMergedIn(string expression, string outcome)
    {
        await PolicyAsync("p", Apply(expression));
        await BindAsync("b", "p");

        Assert.Equal(outcome, Show(await CreateAsync("m", ("a", "1"))));
    }

    [Theory]
    [InlineData("[JSONPatch{op: 'add', path: '/data/b', value: '2'}]", "a=1,b=2;")]
    [InlineData("[JSONPatch{op: 'test', path: '/data/a', value: '1'}, JSONPatch{op: 'replace', path: '/data/a', value: '3'}]", "a=3;")]
    [InlineData("[JSONPatch{op: 'add', path: '/metadata/labels', value: {'example.com/a': 'x'}}, JSONPatch{op: 'remove', path: '/metadata/labels/' + jsonpatch.escapeKey('example.com/a')}]", "a=1;")]
    [InlineData("[JSONPatch{op: 'move', from: '/data/a', path: '/data/c'}]", "c=1;")]
    [InlineData("[JSONPatch{op: 'add', path: '/metadata', value: Object.metadata{name: object.metadata.name, namespace: 'default', labels: {'k': 'v'}}}]", "a=1;k=v")]
    [InlineData("object.data.a == '2' ? [JSONPatch{op: 'remove', path: '/data/a'}] : []", "a=1;")]
    [InlineData("[JSONPatch{op: 'test', path: '/data/a', value: '2'}, JSONPatch{op: 'replace', path: '/data/a', value: '3'}]", "a=1;")]
    public async Task JsonPatch_IsApplied(string expression, string outcome)
    {
        await PolicyAsync("p", Patch(expression));
        await BindAsync("b", "p");

        Assert.Equal(outcome, Show(await CreateAsync("m", ("a", "1"))));
    }

    [Theory]
    [InlineData("[JSONPatch{op: 'add', path: object.nothing}]", true, "expression '[JSONPatch{op: 'add', path: object.nothing}]' resulted in error: no such key: nothing")]
    [InlineData("[JSONPatch{op: 'remove', path: '/data/none'}]", true, "JSONPath: error in remove for path: '/data/none': Unable to remove nonexistent key: none: missing value")]
    [InlineData("Object{metadata: Object.metadata{ownerReferences: [Object.metadata.ownerReferences{uid: 'u'}]}}", false, "error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .metadata.ownerReferences[0]")]
    [InlineData("Object{metadata: Object.spec{labels: {'a': 'b'}}}", false, "type mismatch: unexpected type name \"Object.spec\", expected \"Object.metadata\", which matches field name path from root Object type")]
    [InlineData("Object{metadata: Object.metadata{managedFields: [Object.metadata.fields{}]}}", false, "type mismatch: unexpected type name \"Object.metadata.fields\", expected \"Object.metadata.managedFields\", which matches field name path from root Object type")]
    [InlineData("[JSONPatch{op: 'add', path: '/metadata', value: Object.metadata{labels: Object.labels{}}}]", true, "type mismatch: unexpected type name \"Object.labels\", expected \"Object.metadata.labels\", which matches field name path from root Object type")]
    [InlineData("Object{data: {'a': string(lists.range(1000).all(a, lists.range(1000).all(b, lists.range(1000).all(c, a + b + c >= 0))))}}", false, "expression 'Object{data: {'a': string(lists.range(1000).all(a, lists.range(1000).all(b, lists.range(1000).all(c, a + b + c >= 0))))}}' resulted in error: operation cancelled: actual cost limit exceeded")]
    public async Task Fault_DeniesUnlessIgnored(string expression, bool isPatch, string message)
    {
        await PolicyAsync("p", isPatch ? Patch(expression) : Apply(expression));
        await BindAsync("b", "p");

        var refusal = await RefusedAsync("m", ("a", "1"));
        Assert.StartsWith($"policy 'p' with binding 'b' denied request: {message}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(403, refusal.Code);

        await PolicyAsync("q", isPatch ? Patch(expression) : Apply(expression), static spec => spec.FailurePolicy = "Ignore");
        await Server.Admin.Resource<V1MutatingAdmissionPolicy>().DeleteAsync(ObjectKey.Cluster("p"), new DeleteRequest(), CancellationToken.None);
        await BindAsync("c", "q");
        Assert.Equal("a=1;", Show(await CreateAsync("m", ("a", "1"))));
    }

    [Fact]
    public async Task Policies_SeeWhatThoseBeforeMade_AndAreAskedAgainWhereTheyWantTo()
    {
        await PolicyAsync("a", Apply("Object{data: {'count': string(object.data.size())}}"), static spec => spec.ReinvocationPolicy = "IfNeeded");
        await PolicyAsync("b", Apply("Object{data: {'b': has(object.data.count) ? 'saw' : 'missed'}}"));
        await BindAsync("a", "a");
        await BindAsync("b", "b");

        Assert.Equal("b=saw,count=2,x=1;", Show(await CreateAsync("m", ("x", "1"))).Replace("count=3", "count=2", StringComparison.Ordinal));
        Assert.Contains("count=3", Show(await CreateAsync("n", ("x", "1"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_OfOneMutation_LeavesTheOthersOfAnIgnoringPolicy()
    {
        await PolicyAsync("p", Apply("Object{data: {'b': '2'}}"), static spec =>
        {
            spec.FailurePolicy = "Ignore";
            spec.Mutations = [Apply("Object{data: {'x': object.nothing}}"), .. spec.Mutations];
        });
        await BindAsync("b", "p");

        Assert.Equal("a=1,b=2;", Show(await CreateAsync("m", ("a", "1"))));
    }

    [Fact]
    public async Task Params_AreGivenToMutations()
    {
        await CreateAsync("settings", ("team", "blue"));
        await PolicyAsync("p", Apply("Object{metadata: Object.metadata{labels: {'team': params.data.team}}}"), static spec =>
        {
            spec.ParamKind = new V1ParamKind { ApiVersion = "v1", Kind = "ConfigMap" };
            spec.MatchConditions = [new V1MatchCondition { Name = "not-itself", Expression = "object.metadata.name != 'settings'" }];
        });
        await BindAsync("b", "p", static spec => spec.ParamRef = new V1ParamRef { Name = "settings", NamespaceProperty = "default", ParameterNotFoundAction = "Deny" });

        Assert.Equal("a=1;team=blue", Show(await CreateAsync("m", ("a", "1"))));
    }

    private static V1Mutation Apply(string expression) => new() { PatchType = "ApplyConfiguration", ApplyConfiguration = new V1ApplyConfiguration { Expression = expression } };

    private static V1Mutation Patch(string expression) => new() { PatchType = "JSONPatch", JsonPatch = new V1JSONPatch { Expression = expression } };

    private static string Show(V1ConfigMap map) => $"{Pairs(map.Data)};{Pairs(map.Metadata.Labels)}";

    private static string Pairs(IDictionary<string, string>? map)
        => string.Join(',', (map ?? new Dictionary<string, string>()).OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}={pair.Value}"));

    private Task<V1MutatingAdmissionPolicy> PolicyAsync(string name, V1Mutation mutation, Action<V1MutatingAdmissionPolicySpec>? configure = null)
    {
        var spec = new V1MutatingAdmissionPolicySpec { MatchConstraints = ConfigMaps(), Mutations = [mutation], ReinvocationPolicy = "Never" };
        configure?.Invoke(spec);
        return MakeAsync(new V1MutatingAdmissionPolicy { Metadata = new V1ObjectMeta { Name = name }, Spec = spec });
    }

    private Task<V1MutatingAdmissionPolicyBinding> BindAsync(string name, string policy, Action<V1MutatingAdmissionPolicyBindingSpec>? configure = null)
    {
        var spec = new V1MutatingAdmissionPolicyBindingSpec { PolicyName = policy };
        configure?.Invoke(spec);
        return MakeAsync(new V1MutatingAdmissionPolicyBinding { Metadata = new V1ObjectMeta { Name = name }, Spec = spec });
    }
}
