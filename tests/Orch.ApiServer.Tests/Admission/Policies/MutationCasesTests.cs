using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Admission.Policies;

/// <summary>Upstream's own cases of what mutations make of a deployment, with its messages.</summary>
public sealed class MutationCasesTests(SharedPolicyServer shared) : IClassFixture<SharedPolicyServer>, IAsyncLifetime
{
    public static TheoryData<string, string, string> Patches { get; } = new()
    {
        // Replacing an entry that is not there adds it.
        { "labels: {y: '1'}", "[JSONPatch{op: 'replace', path: '/metadata/labels/x', value: '2'}]", "labels x=2,y=1" },
        { "", "[JSONPatch{op: 'replace', path: '/metadata/labels', value: {'y': '2'}}]", "labels y=2" },
        { "labels: {x: '1'}", "[JSONPatch{op: 'add', path: '/metadata/labels', value: {'y': '2'}}]", "labels y=2" },
        { "labels: {x: '1'}", "[JSONPatch{op: 'copy', from: '/metadata/labels/x', path: '/metadata/labels/y'}]", "labels x=1,y=1" },
        { "", "[JSONPatch{op: 'test', path: '/spec/replicas', value: 1}, JSONPatch{op: 'replace', path: '/spec/replicas', value: 3}]", "replicas 3" },
        { "", "[JSONPatch{op: 'test', path: '/spec/replicas', value: 100}, JSONPatch{op: 'replace', path: '/spec/replicas', value: 3}]", "replicas 1" },
        // What is taken away gets its default.
        { "", "[JSONPatch{op: 'replace', path: '/spec/replicas', value: 3}, JSONPatch{op: 'remove', path: '/spec/replicas'}]", "replicas 1" },
        { "", "[JSONPatch{op: 'copy', from: '/spec/template/spec/containers/0', path: '/spec/template/spec/containers/-'}, JSONPatch{op: 'replace', path: '/spec/template/spec/containers/3/name', value: 'd'}]", "containers a,b,c,d" },
        { "", "[JSONPatch{op: 'move', from: '/spec/template/spec/containers/0', path: '/spec/template/spec/containers/-'}]", "containers b,c,a" },
        { "", "[JSONPatch{op: 'remove', path: '/spec/template/spec/containers/1'}]", "containers a,c" },
        { "", "[JSONPatch{op: 'add', path: '/spec/template/spec/containers/0', value: {'name': 'x', 'image': 'x'}}]", "containers x,a,b,c" },
        { "", "[JSONPatch{op: 'add', path: '/spec/template/spec/containers/-', value: Object.spec.template.spec.containers{name: 'x', image: 'i', ports: [Object.spec.template.spec.containers.ports{containerPort: 8080}]}}]", "containers a,b,c,x:8080" },
        { "labels: {}", "[JSONPatch{op: 'add', path: '/metadata/labels', value: {'op': JSONPatch{op: 'opValue'}.op, 'path': JSONPatch{path: 'pathValue'}.path, 'from': JSONPatch{from: 'fromValue'}.from, 'value': string(JSONPatch{value: 'valueValue'}.value)}}]", "labels from=fromValue,op=opValue,path=pathValue,value=valueValue" },
        { "labels: {}", "[JSONPatch{op: 'add', path: '/metadata/labels', value: {'op': string(has(JSONPatch{op: 'opValue'}.op)), 'value': string(has(JSONPatch{value: 'v'}.value)), 'op-unset': string(has(JSONPatch{}.op)), 'value-unset': string(has(JSONPatch{}.value))}}]", "labels op=true,op-unset=false,value=true,value-unset=false" },
        { "labels: {}", "[JSONPatch{op: 'add', path: '/metadata/labels', value: {'empty': string(JSONPatch{} == JSONPatch{}), 'same': string(JSONPatch{op: 'add', path: 'path', from: 'from', value: 1} == JSONPatch{op: 'add', path: 'path', from: 'from', value: 1}), 'op': string(JSONPatch{op: 'add'} == JSONPatch{op: 'remove'}), 'value': string(JSONPatch{value: '1'} == JSONPatch{value: 1})}}]", "labels empty=true,op=false,same=true,value=false" },
        // Objects inside of plain maps stand for themselves.
        { "", "[JSONPatch{op: 'add', path: '/metadata', value: {'name': dyn('d'), 'namespace': dyn('default'), 'labels': dyn(Object.metadata.labels{a: 'b'})}}]", "labels a=b" },

        { "", "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: 'y', image: 'i'}]}}}}", "containers a,b,c,y" },
        { "", "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: 'b', ports: [Object.spec.template.spec.containers.ports{containerPort: 80}]}]}}}}", "containers a,b:80,c" },
        { "", "Object{spec: Object.spec{replicas: object.spec.replicas % 2 == 1 ? object.spec.replicas + 1 : object.spec.replicas}}", "replicas 2" },
        { "", "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: 'a', resources: Object.spec.template.spec.containers.resources{limits: {'cpu': '128M'}}}]}}}}", "limits cpu=128M" },
        { "", "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: 'a', env: [Object.spec.template.spec.containers.env{name: 'test', value: 'c'}]}]}}}}", "env test=c,foo=bar" },
        { "", "Object{}", "replicas 1" },
    };

    public static TheoryData<string, int, string, string> Faults { get; } = new()
    {
        { "[JSONPatch{op: 'replace', path: '/spec/template/spec/containers/-', value: {'name': 'x'}}]", 403, "Invalid", "JSONPath: replace operation does not apply: doc is missing key: /spec/template/spec/containers/-: missing value" },
        { "[JSONPatch{op: 'add', path: '/spec/template/spec/containers/-', value: Object.spec.template.spec.containers{name: 'x', ports: [Object.spec.template.spec.containers.portsZ{containerPort: 8080}]}}]", 403, "Invalid",
            "type mismatch: unexpected type name \"Object.spec.template.spec.containers.portsZ\", expected \"Object.spec.template.spec.containers.ports\", which matches field name path from root Object type" },
        // What a patch leaves has to be such an object.
        { "[JSONPatch{op: 'add', path: '/spec/template/spec/containers/-', value: Object.spec.template.spec.containers{name: 'x', ports: [Object.spec.template.spec.containers.ports{containerPortZ: 8080}]}}]", 500, "InternalError",
            "strict decoding error: unknown field \"spec.template.spec.containers[3].ports[0].containerPortZ\"" },
        { "[JSONPatch{op: 'add', path: '/spec/replicas', value: 'many'}]", 500, "InternalError", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32" },
        { "Object{spec: Object.spec{selector: Object.spec.selector{matchLabels: {'l': 'v'}}}}", 403, "Invalid", "error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.selector" },
        { "Object{spec: Object.specx{replicas: 1}}", 403, "Invalid", "type mismatch: unexpected type name \"Object.specx\", expected \"Object.spec\", which matches field name path from root Object type" },
        { "Object{spec: Object.spec{replicasx: 1}}", 403, "Invalid", "error applying patch: failed to convert patch object to typed object: .spec.replicasx: field not declared in schema" },
        { "Object{spec: Object.spec{replicas: '1'}}", 403, "Invalid", "error applying patch: failed to convert patch object to typed object: .spec.replicas: expected numeric (int or float), got string" },
    };

    [Theory]
    [MemberData(nameof(Patches))]
    public async Task Mutation_OfUpstreamsCase_MakesWhatItDoesThere(string metadata, string expression, string outcome)
    {
        await PolicyAsync(expression);
        var made = await DeployAsync(metadata.Length == 0 ? null : metadata);

        var template = made.Spec.Template.Spec;
        var shown = outcome.Split(' ')[0] switch
        {
            "labels" => Pairs(made.Metadata.Labels),
            "replicas" => $"{made.Spec.Replicas}",
            "limits" => Pairs(template.Containers[0].Resources.Limits.ToDictionary(static item => item.Key, static item => item.Value.ToString())),
            "env" => string.Join(',', template.Containers[0].Env.Select(static item => $"{item.Name}={item.Value}")),
            _ => string.Join(',', template.Containers.Select(static item => item.Name + (item.Ports is { Count: > 0 } ports ? $":{ports[0].ContainerPort}" : ""))),
        };
        Assert.Equal(outcome[(outcome.IndexOf(' ', StringComparison.Ordinal) + 1)..], shown);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Mutation_ThatDoesNotFit_IsRefusedInUpstreamsWords(string expression, int code, string reason, string message)
    {
        await PolicyAsync(expression);

        var refusal = await Assert.ThrowsAsync<ApiException>(() => DeployAsync(null));

        Assert.Equal((code, reason), (refusal.Code, refusal.Reason));
        Assert.Equal(code == 500 ? $"Internal error occurred: {message}" : $"policy 'p' with binding 'p' denied request: {message}", refusal.Message);
    }

    [Fact]
    public async Task Patch_ThatLeavesNoObject_IsRefusedWhateverTheFailurePolicy()
    {
        await PolicyAsync("[JSONPatch{op: 'add', path: '/spec/odd', value: 1}]", "Ignore");

        var refusal = await Assert.ThrowsAsync<ApiException>(() => DeployAsync(null));

        Assert.Equal("Internal error occurred: strict decoding error: unknown field \"spec.odd\"", refusal.Message);
    }

    [Fact]
    public async Task Configuration_ThatDoesNotFit_IsLeftOutWhereFaultsAreIgnored()
    {
        await PolicyAsync("Object{spec: Object.spec{invalidField: 'invalid apply configuration'}}", "Ignore");

        Assert.Equal(1, (await DeployAsync(null)).Spec.Replicas);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => shared.ClearAsync();

    private Task PolicyAsync(string expression, string failurePolicy = "Fail") => shared.MutateAsync("p", spec =>
    {
        spec.FailurePolicy = failurePolicy;
        spec.MatchConstraints = SharedPolicyServer.MatchOf("apps", "deployments");
        spec.Mutations =
        [
            expression[0] == '['
                ? new V1Mutation { PatchType = "JSONPatch", JsonPatch = new V1JSONPatch { Expression = expression } }
                : new V1Mutation { PatchType = "ApplyConfiguration", ApplyConfiguration = new V1ApplyConfiguration { Expression = expression } },
        ];
    });

    private Task<V1Deployment> DeployAsync(string? labels)
    {
        var made = Kinds.Declared.FromYaml<V1Deployment>($"{{metadata: {{name: d, namespace: default{(labels is null ? "" : ", " + labels)}}}, spec: {{replicas: 1, selector: {{matchLabels: {{a: b}}}}, template: {{metadata: {{labels: {{a: b}}}}, spec: {{containers: [{{name: a, image: i, env: [{{name: test, value: a}}, {{name: foo, value: bar}}]}}, {{name: b, image: i}}, {{name: c, image: i}}]}}}}}}}}");
        return shared.Server.Admin.Resource<V1Deployment>().CreateAsync(made, CancellationToken.None);
    }

    private static string Pairs(IDictionary<string, string>? map)
        => string.Join(',', (map ?? new Dictionary<string, string>()).OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}={pair.Value}"));
}
