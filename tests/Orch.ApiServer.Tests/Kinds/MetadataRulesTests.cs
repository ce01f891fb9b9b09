using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The rules for what every object carries.</summary>
public sealed class MetadataRulesTests
{
    private const string Label63 = "a123456789a123456789a123456789a123456789a123456789a123456789abc";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["nothing wrong"] = (Of("{name: a}"), ""),
        ["generation"] = (Of("{generation: -1}"), "metadata.generation: Invalid value: -1: must be greater than or equal to 0"),
        ["labels"] = (() => Faults(new V1ObjectMeta { Labels = new Dictionary<string, string> { ["/a"] = "b", ["A_/c"] = "d", ["a/b/c"] = "d", ["a/"] = "e", [Label63 + "x"] = "f", ["-g"] = "h", ["i"] = Label63 + "x", ["j"] = "-" } }), 
            "metadata.labels: Invalid value: \"/a\": prefix part must be non-empty\n"
            + "metadata.labels: Invalid value: \"A_/c\": prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "metadata.labels: Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')\n"
            + "metadata.labels: Invalid value: \"a/\": name part must be non-empty\n"
            + "metadata.labels: Invalid value: \"a/\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "metadata.labels: Invalid value: \"a123456789a123456789a123456789a123456789a123456789a123456789abcx\": name part must be no more than 63 bytes\n"
            + "metadata.labels: Invalid value: \"-g\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "metadata.labels: Invalid value: \"a123456789a123456789a123456789a123456789a123456789a123456789abcx\": must be no more than 63 bytes\n"
            + "metadata.labels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
        ["label of the longest prefix"] = (() => Faults(new V1ObjectMeta { Labels = new Dictionary<string, string> { [string.Join('.', Enumerable.Repeat("a", 127)) + "/b"] = "c", [string.Join('.', Enumerable.Repeat("a", 127)) + "a/b"] = "c" } }), "metadata.labels: Invalid value: \"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.aa/b\": prefix part must be no more than 253 bytes"),
        ["annotations"] = (Of("{annotations: {A.b/c: d, a b: e, E/F: g}}"), "metadata.annotations: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
        ["annotations too large"] = (() => Faults(new V1ObjectMeta { Annotations = new Dictionary<string, string> { ["a"] = new('x', 256 * 1024) } }), "metadata.annotations: Too long: may not be more than 262144 bytes"),
        ["annotations as large as may be"] = (() => Faults(new V1ObjectMeta { Annotations = new Dictionary<string, string> { ["a"] = new('x', 256 * 1024 - 1) } }), ""),
        ["owner of nothing"] = (Of("{ownerReferences: [{apiVersion: '', kind: '', name: '', uid: ''}]}"), 
            "metadata.ownerReferences.apiVersion: Invalid value: \"\": version must not be empty\n"
            + "metadata.ownerReferences.kind: Invalid value: \"\": must not be empty\n"
            + "metadata.ownerReferences.name: Invalid value: \"\": must not be empty\n"
            + "metadata.ownerReferences.uid: Invalid value: \"\": must not be empty"),
        ["owner of a group alone"] = (Of("{ownerReferences: [{apiVersion: a/, kind: K, name: n, uid: u}]}"), "metadata.ownerReferences.apiVersion: Invalid value: \"a/\": version must not be empty"),
        ["owner that is an event"] = (Of("{ownerReferences: [{apiVersion: v1, kind: Event, name: n, uid: u}]}"), "metadata.ownerReferences: Invalid value: {\"apiVersion\":\"v1\",\"kind\":\"Event\",\"name\":\"n\",\"uid\":\"u\"}: /v1, Kind=Event is disallowed from being an owner"),
        ["owner that is another event"] = (Of("{ownerReferences: [{apiVersion: events.k8s.io/v1, kind: Event, name: n, uid: u}]}"), ""),
        ["two controllers"] = (Of("{ownerReferences: [{apiVersion: v1, kind: A, name: n, uid: u, controller: true}, {apiVersion: v1, kind: B, name: m, uid: v}, {apiVersion: v1, kind: C, name: o, uid: w, controller: true}]}"), "metadata.ownerReferences: Invalid value: [{\"apiVersion\":\"v1\",\"controller\":true,\"kind\":\"A\",\"name\":\"n\",\"uid\":\"u\"},{\"apiVersion\":\"v1\",\"kind\":\"B\",\"name\":\"m\",\"uid\":\"v\"},{\"apiVersion\":\"v1\",\"controller\":true,\"kind\":\"C\",\"name\":\"o\",\"uid\":\"w\"}]: Only one reference can have Controller set to true. Found \"true\" in references for A/n and C/o"),
        ["finalizers"] = (Of("{finalizers: [a, b c, d.e/f, orphan, kubernetes]}"), 
            "metadata.finalizers[0]: Invalid value: \"a\": name is neither a standard finalizer name nor is it fully qualified\n"
            + "metadata.finalizers: Invalid value: \"b c\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "metadata.finalizers[1]: Invalid value: \"b c\": name is neither a standard finalizer name nor is it fully qualified"),
        ["finalizers that contradict"] = (Of("{finalizers: [orphan, foregroundDeletion]}"), "metadata.finalizers: Invalid value: [\"orphan\",\"foregroundDeletion\"]: finalizer orphan and foregroundDeletion cannot be both set"),
        ["finalizers of custom kinds"] = (() => { var errors = new FieldErrors(); MetadataRules.Validate(new V1ObjectMeta { Finalizers = ["a"] }, FieldPath.Of("metadata"), errors, takesAnyFinalizer: true); return Lines(errors); }, ""),
        ["managed fields"] = (() => Faults(new V1ObjectMeta { ManagedFields = [new V1ManagedFieldsEntry { Operation = "Odd", FieldsType = "FieldsV2", Manager = new string('x', 129), Subresource = new string('y', 257) }, new V1ManagedFieldsEntry { Operation = "Apply", FieldsType = "FieldsV1", Manager = new string('x', 128), Subresource = new string('y', 256) }, new V1ManagedFieldsEntry { Operation = "Update" }] }), 
            "metadata.managedFields[0].operation: Invalid value: \"Odd\": must be `Apply` or `Update`\n"
            + "metadata.managedFields[0].fieldsType: Invalid value: \"FieldsV2\": must be `FieldsV1`\n"
            + "metadata.managedFields[0].manager: Too long: may not be more than 128 bytes\n"
            + "metadata.managedFields[0].subresource: Too long: may not be more than 256 bytes"),
        ["changed in everything"] = (Change("{name: a, namespace: b, uid: c, generation: 2, resourceVersion: '1', creationTimestamp: 2025-01-01T00:00:00Z}", item => (item.Name, item.NamespaceProperty, item.Uid, item.Generation, item.ResourceVersion, item.CreationTimestamp, item.DeletionTimestamp, item.DeletionGracePeriodSeconds) = ("x", "y", "z", 1, "", DateTime.UnixEpoch, DateTime.UnixEpoch, 5)), 
            "metadata.resourceVersion: Invalid value: \"\": must be specified for an update\n"
            + "metadata.generation: Invalid value: 1: must not be decremented\n"
            + "metadata.name: Invalid value: \"x\": field is immutable\n"
            + "metadata.namespace: Invalid value: \"y\": field is immutable\n"
            + "metadata.uid: Invalid value: \"z\": field is immutable\n"
            + "metadata.creationTimestamp: Invalid value: \"1970-01-01T00:00:00Z\": field is immutable\n"
            + "metadata.deletionTimestamp: Invalid value: \"1970-01-01T00:00:00Z\": field is immutable\n"
            + "metadata.deletionGracePeriodSeconds: Invalid value: 5: field is immutable"),
        ["emptied"] = (Change("{name: a, namespace: b, uid: c, resourceVersion: '1', creationTimestamp: 2025-01-01T00:00:00Z, deletionTimestamp: 2025-01-01T00:00:00Z, deletionGracePeriodSeconds: 5}", item => (item.Name, item.NamespaceProperty, item.Uid, item.CreationTimestamp, item.DeletionTimestamp, item.DeletionGracePeriodSeconds) = (null, null, null, null, null, null)), 
            "metadata.name: Invalid value: \"\": field is immutable\n"
            + "metadata.namespace: Invalid value: \"\": field is immutable\n"
            + "metadata.uid: Invalid value: \"\": field is immutable\n"
            + "metadata.creationTimestamp: Invalid value: null: field is immutable\n"
            + "metadata.deletionTimestamp: Invalid value: null: field is immutable\n"
            + "metadata.deletionGracePeriodSeconds: Invalid value: null: field is immutable"),
        ["changed rightly"] = (Change("{name: a, generation: 1, resourceVersion: '1'}", item => (item.Generation, item.Labels) = (2, new Dictionary<string, string> { ["a"] = "b" })), ""),
        ["changed to worse"] = (Change("{name: a, resourceVersion: '1'}", item => item.Labels = new Dictionary<string, string> { ["a"] = "-" }), "metadata.labels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
        ["finalizers added while going"] = (Change("{name: a, resourceVersion: '1', deletionTimestamp: 2025-01-01T00:00:00Z, finalizers: [a.b/c]}", item => item.Finalizers = ["z.y/x", "a.b/c", "d.e/f"]), "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{\"d.e/f\", \"z.y/x\"}"),
        ["finalizers taken away while going"] = (Change("{name: a, resourceVersion: '1', deletionTimestamp: 2025-01-01T00:00:00Z, finalizers: [a.b/c, d.e/f]}", item => item.Finalizers = ["a.b/c"]), ""),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rules_MetadataOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    [Theory]
    [InlineData("a\tb\r\n\"\\\a\b\f\v\u0001\u007f\u00a0é\U000e0001", "\"a\\tb\\r\\n\\\"\\\\\\a\\b\\f\\v\\x01\\x7f\\u00a0é\\U000e0001\"")]
    public void Quote_OddCharacters_AsGoWritesThem(string text, string expected) => Assert.Equal(expected, GoText.Quote(text));

    [Theory]
    [InlineData("1.2.3.4", true)]
    [InlineData("1.2.3", false)]
    [InlineData("1.2.3.4.5", false)]
    [InlineData("1.2.3.256", false)]
    [InlineData("1.2.3.+4", false)]
    [InlineData("1..3.4", false)]
    [InlineData("", false)]
    [InlineData("::", true)]
    [InlineData("::1%eth0", false)]
    [InlineData("[::1]", false)]
    [InlineData("::ffff:1.2.3.4", true)]
    [InlineData("1:2", false)]
    [InlineData("0x7f.1", false)]
    public void Address_OfTheCase_IsOneOrNot(string text, bool isOne) => Assert.Equal(isOne, IpRules.TryParse(text, out _));

    [Theory]
    [InlineData("1.2.3.4/32", true)]
    [InlineData("1.2.3.4/33", false)]
    [InlineData("::/128", true)]
    [InlineData("::/129", false)]
    [InlineData("1.2.3.4", false)]
    [InlineData("1.2.3.4/", false)]
    [InlineData("/8", false)]
    [InlineData("1.2.3.4/+8", false)]
    public void Network_OfTheCase_IsOneOrNot(string text, bool isOne) => Assert.Equal(isOne, IpRules.IsCidr(text));

    private static Func<string> Of(string yaml) => () => Faults(Declared.FromYaml<V1ObjectMeta>(yaml));

    private static Func<string> Change(string yaml, Action<V1ObjectMeta> change) => () =>
    {
        var (old, value, errors) = (Declared.FromYaml<V1ObjectMeta>(yaml), Declared.FromYaml<V1ObjectMeta>(yaml), new FieldErrors());
        change(value);
        MetadataRules.ValidateUpdate(value, old, FieldPath.Of("metadata"), errors);
        return Lines(errors);
    };

    private static string Faults(V1ObjectMeta metadata)
    {
        var errors = new FieldErrors();
        MetadataRules.Validate(metadata, FieldPath.Of("metadata"), errors);
        return Lines(errors);
    }

    private static string Lines(FieldErrors errors) => string.Join('\n', errors.Select(error => error.ToString()));
}
