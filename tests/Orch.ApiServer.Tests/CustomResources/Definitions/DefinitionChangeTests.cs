namespace Orch.ApiServer.Tests.CustomResources.Definitions;

/// <summary>What a change to a stored definition may keep that a new one may not have, and what it may not change.</summary>
public sealed class DefinitionChangeTests
{
    private const string Label = "metadata.labels";

    public static TheoryData<string, string, string> Kept => new()
    {
        // What is stored against a rule, what it becomes, and what is told of that.
        { """{"type":"bogus"}""", """{"type":"bogus2"}""", "" },
        { """{"type":"string"}""", """{"type":"bogus"}""", "S.type: Unsupported value: \"bogus\": supported values: \"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\"" },
        { """{"type":"object","default":{"a":1}}""", """{"type":"object","default":{"a":2}}""", "" },
        { """{"type":"object"}""", """{"type":"object","default":{"a":2}}""", "S.default: Invalid value: {\"a\":2}: must not have unknown fields" },
        { """{"type":"array","x-kubernetes-list-type":"set","items":{"type":"object"}}""", """{"type":"array","x-kubernetes-list-type":"set","items":{"type":"object","properties":{"b":{"type":"string"}}}}""", "" },
        { """{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],"items":{"type":"object","properties":{"k":{"type":"string"}}}}""", """{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],"items":{"type":"object","nullable":true,"properties":{"k":{"type":"string"}}}}""", "" },
        { """{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}}""", """{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string","nullable":true}}""", "S.items.nullable: Forbidden: cannot be nullable when x-kubernetes-list-type is set" },
        // A schema that is pruned must be structural whatever is stored.
        { """{"properties":{"a":{}}}""", """{"properties":{"a":{},"b":{}}}""", "[S.properties[a].type: Required value: must not be empty for specified object fields, S.properties[b].type: Required value: must not be empty for specified object fields, S.type: Required value: must not be empty for specified object fields]" },
        { Costly, Costly, "" },
        { Costly, """{"type":"array","description":"d","items":{"type":"array","items":{"type":"string"}},"x-kubernetes-validations":[{"rule":"self.all(x, x.all(y, y.contains('a')))"}]}""", "S.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)" },
    };

    private const string Costly = """{"type":"array","items":{"type":"array","items":{"type":"string"}},"x-kubernetes-validations":[{"rule":"self.all(x, x.all(y, y.contains('a')))"}]}""";

    [Theory]
    [MemberData(nameof(Kept))]
    public void Update_OfWhatIsStoredAgainstARule_MayStayAgainstIt(string stored, string now, string expected)
    {
        var found = DefinitionCase.Update([(DefinitionCase.SpecSchema, stored)], [(DefinitionCase.SpecSchema, now), (Label, """{"a":"b"}""")]).Replace("spec.validation.openAPIV3Schema.properties[spec]", "S", StringComparison.Ordinal);
        // The sum over the whole schema is told in any case.
        Assert.Equal(expected, WithoutTotal(found));
    }

    [Fact]
    public void Update_WithoutASchemaThatWasNotThere_NeedsOneOnlyWhereFieldsArePruned()
    {
        Assert.Equal("spec.versions[0].schema.openAPIV3Schema: Required value: because otherwise all fields are pruned", DefinitionCase.Update([("spec.versions.0.schema", "null")], [(Label, "{}")]));
        Assert.Equal("", DefinitionCase.Update([("spec.versions.0.schema", "null"), ("spec.preserveUnknownFields", "true")], [(Label, "{}")]));
        Assert.Equal("spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required", DefinitionCase.Update([], [("spec.versions.0.schema", "null")]));
    }

    [Fact]
    public void Update_OfWhatPreservesAll_NeedsNoStructureUnlessItAsksForMore()
    {
        (string, string)[] stored = [("spec.preserveUnknownFields", "true"), (DefinitionCase.SpecSchema, """{"properties":{"a":{}}}""")];
        Assert.Equal("", DefinitionCase.Update(stored, [(Label, "{}")]));
        Assert.Contains("must not be empty for specified object fields", DefinitionCase.Update(stored, [(DefinitionCase.SpecSchema, """{"properties":{"a":{"x-kubernetes-int-or-string":true},"b":{}}}""")]), StringComparison.Ordinal);
        Assert.Contains("spec.preserveUnknownFields: Invalid value: true: must be false in order to use defaults in the schema", DefinitionCase.Update(stored, [(DefinitionCase.SpecSchema, """{"type":"object","properties":{"a":{"type":"string","default":"b"}}}""")]), StringComparison.Ordinal);
        Assert.Contains("spec.preserveUnknownFields: Invalid value: true: cannot set to true", DefinitionCase.Update([], [("spec.preserveUnknownFields", "true")]), StringComparison.Ordinal);
        Assert.Equal("spec.conversion.strategy: Invalid value: \"Webhook\": must be None if spec.preserveUnknownFields is true", DefinitionCase.Update(stored, [("spec.conversion", """{"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1"],"clientConfig":{"url":"https://a.b/c"}}}""")]));
    }

    [Fact]
    public void Update_OfTheConversion_KeepsWhatWasWrongWithIt()
    {
        const string Odd = """{"strategy":"Webhook","webhook":{"conversionReviewVersions":["odd"],"clientConfig":{"url":"https://a.b/c","caBundle":"Y2E="}}}""";
        const string Good = """{"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1"],"clientConfig":{"url":"https://a.b/c"}}}""";
        Assert.Equal("", DefinitionCase.Update([("spec.conversion", Odd)], [("spec.conversion", Odd.Replace("\"odd\"", "\"odder\"", StringComparison.Ordinal))]));
        Assert.Equal(
            "[spec.conversion.webhookClientConfig.caBundle: Invalid value: \"Y2E=\": unable to load root certificates: unable to parse bytes as PEM block, spec.conversion.conversionReviewVersions: Invalid value: [\"odd\"]: must include at least one of v1, v1beta1]",
            DefinitionCase.Update([("spec.conversion", Good)], [("spec.conversion", Odd)]));
    }

    [Fact]
    public void Update_OfNamesAndVersions_KeepsWhatIsStored()
    {
        Assert.Equal("[spec.scope: Invalid value: \"Cluster\": field is immutable, spec.names.kind: Invalid value: \"Gadget\": field is immutable]", DefinitionCase.Update([], [("spec.scope", "\"Cluster\""), ("spec.names.kind", "\"Gadget\"")]));
        Assert.Equal(
            "status.storedVersions[0]: Invalid value: \"v1\": missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions",
            DefinitionCase.Update([], [("spec.versions.0.name", "\"v3\"")]));
    }

    [Theory]
    [InlineData("", "metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation \"api-approved.kubernetes.io\", see https://github.com/kubernetes/enhancements/pull/1111")]
    [InlineData("bogus", "metadata.annotations[api-approved.kubernetes.io]: Invalid value: \"bogus\": protected groups must have approval annotation \"api-approved.kubernetes.io\" with either a URL or a reason starting with \"unapproved\", see https://github.com/kubernetes/enhancements/pull/1111")]
    [InlineData("https:/no-host", "metadata.annotations[api-approved.kubernetes.io]: Invalid value: \"https:/no-host\": protected groups must have approval annotation \"api-approved.kubernetes.io\" with either a URL or a reason starting with \"unapproved\", see https://github.com/kubernetes/enhancements/pull/1111")]
    [InlineData("unapproved, experimental-only", "")]
    [InlineData("https://github.com/kubernetes/kubernetes/pull/78458", "")]
    public void Create_InAProtectedGroup_NeedsApproval(string approval, string expected)
        => Assert.Equal(expected, DefinitionCase.Create(("spec.group", "\"sigs.k8s.io\""), ("metadata.name", "\"widgets.sigs.k8s.io\""), ("metadata.annotations", $$"""{"api-approved.kubernetes.io":"{{approval}}"}""")));

    private static string WithoutTotal(string found)
    {
        var faults = found.Trim('[', ']').Split(", spec.validation.openAPIV3Schema", StringSplitOptions.None)[0].Split(", S.", StringSplitOptions.None)
            .Where(static fault => !fault.Contains("contributed to estimated", StringComparison.Ordinal)).ToList();
        if (found.Contains("contributed to estimated", StringComparison.Ordinal)) { return faults.Count == 0 || faults[0].Length == 0 ? string.Empty : faults[0]; }
        return found;
    }
}
