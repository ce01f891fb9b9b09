namespace Orch.ApiServer.Tests.CustomResources.Definitions;

/// <summary>The cases of apiextensions' own tables for definitions, with the words that clients see.</summary>
public sealed class DefinitionRulesTests
{
    private const string Second = """{"name":"v2","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object"}}}""";
    private const string Review = """{"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1"],"clientConfig":CLIENT}}""";
    private const string Url = """{"url":"https://example.com/webhook"}""";

    public static TheoryData<string, string, string> Conversions => new()
    {
        { "port 0", Review.Replace("CLIENT", """{"service":{"name":"n","namespace":"ns","port":0}}""", StringComparison.Ordinal), "spec.conversion.webhookClientConfig.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive" },
        { "port 65536", Review.Replace("CLIENT", """{"service":{"name":"n","namespace":"ns","port":65536}}""", StringComparison.Ordinal), "spec.conversion.webhookClientConfig.service.port: Invalid value: 65536: port is not valid: must be between 1 and 65535, inclusive" },
        { "port by default", Review.Replace("CLIENT", """{"service":{"name":"n","namespace":"ns"}}""", StringComparison.Ordinal), "" },
        { "both", Review.Replace("CLIENT", """{"url":"https://example.com/webhook","service":{"name":"n","namespace":"ns"}}""", StringComparison.Ordinal), "spec.conversion.webhookClientConfig: Required value: exactly one of url or service is required" },
        { "neither", Review.Replace("CLIENT", "{}", StringComparison.Ordinal), "spec.conversion.webhookClientConfig: Required value: exactly one of url or service is required" },
        { "blank", Review.Replace("CLIENT", """{"url":""}""", StringComparison.Ordinal), "[spec.conversion.webhookClientConfig.url: Invalid value: \"\": 'https' is the only allowed URL scheme; desired format: https://host[/path], spec.conversion.webhookClientConfig.url: Invalid value: \"\": host must be specified; desired format: https://host[/path]]" },
        { "client without strategy", """{"strategy":"None","webhook":{"conversionReviewVersions":null,"clientConfig":{"url":"https://example.com/webhook"}}}""", "spec.conversion.webhookClientConfig: Forbidden: should not be set when strategy is not set to Webhook" },
        { "versions without strategy", """{"strategy":"None","webhook":{"conversionReviewVersions":["v1beta1"]}}""", "spec.conversion.conversionReviewVersions: Forbidden: should not be set when strategy is not set to Webhook" },
        { "unknown review", Review.Replace("[\"v1\"]", "[\"invalid-version\"]", StringComparison.Ordinal).Replace("CLIENT", Url, StringComparison.Ordinal), "spec.conversion.conversionReviewVersions: Invalid value: [\"invalid-version\"]: must include at least one of v1, v1beta1" },
        { "impossible review", Review.Replace("[\"v1\"]", "[\"v1\",\"0v\"]", StringComparison.Ordinal).Replace("CLIENT", Url, StringComparison.Ordinal), "spec.conversion.conversionReviewVersions[1]: Invalid value: \"0v\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')" },
        { "review twice", Review.Replace("[\"v1\"]", "[\"v1\",\"v1\"]", StringComparison.Ordinal).Replace("CLIENT", Url, StringComparison.Ordinal), "spec.conversion.conversionReviewVersions[1]: Invalid value: \"v1\": duplicate version" },
        { "other reviews beside", Review.Replace("[\"v1\"]", "[\"other\",\"v1beta1\"]", StringComparison.Ordinal).Replace("CLIENT", Url, StringComparison.Ordinal), "" },
        { "no client", """{"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1"]}}""", "spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook" },
        { "strategy", """{"strategy":"non_existing_conversion"}""", "spec.conversion.strategy: Unsupported value: \"non_existing_conversion\": supported values: \"None\", \"Webhook\"" },
        { "bundle of a new one", Review.Replace("CLIENT", """{"url":"https://example.com/webhook","caBundle":"Y2E="}""", StringComparison.Ordinal), "" },
    };

    public static TheoryData<string, string, string> Versions => new()
    {
        { "spec.versions.0.name", "\"v1_\"", "spec.versions[0].name: Invalid value: \"v1_\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')" },
        { "spec.names.plural", "\"\"", "[metadata.name: Invalid value: \"widgets.example.com\": must be spec.names.plural+\".\"+spec.group, spec.names.plural: Required value]" },
        { "spec.group", "\"\"", "[metadata.name: Invalid value: \"widgets.example.com\": must be spec.names.plural+\".\"+spec.group, spec.group: Required value]" },
        { "spec.scope", "\"\"", "spec.scope: Required value" },
        { "spec.names.kind", "\"\"", "[spec.names.singular: Required value, spec.names.kind: Required value, spec.names.listKind: Required value]" },
        { "spec.versions.0.schema", "null", "spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required" },
        { "spec.names.categories", "[\"All\"]", "spec.names.categories[0]: Invalid value: \"All\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')" },
        { "spec.versions.0.deprecationWarning", "\"\"", "spec.versions[0].deprecationWarning: Invalid value: \"\": can only be set for deprecated versions" },
        { "metadata.annotations", """{"api-approved.kubernetes.io":"x"}""", "" },
        { DefinitionCase.Root + ".x-kubernetes-preserve-unknown-fields", "false", "spec.validation.openAPIV3Schema.x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined" },
        { DefinitionCase.Root + ".additionalProperties", "true", "[spec.validation.openAPIV3Schema.additionalProperties: Forbidden: must not be used at the root]" },
        { DefinitionCase.Root + ".type", "\"array\"", "[spec.validation.openAPIV3Schema.items: Required value: must be specified, spec.validation.openAPIV3Schema.type: Invalid value: \"array\": must be object at the root]" },
        { DefinitionCase.Root + ".properties.metadata", """{"type":"object","properties":{"name":{"type":"string","pattern":"^a"},"generateName":{"type":"string"}}}""", "" },
        { DefinitionCase.Root + ".properties.metadata", """{"type":"object","properties":{"finalizers":{"type":"array","items":{"type":"string"}}}}""", "spec.validation.openAPIV3Schema.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified" },
        { DefinitionCase.Root + ".properties.metadata", """{"type":"integer"}""", "spec.validation.openAPIV3Schema.properties[metadata].type: Invalid value: \"integer\": must be object" },
        { DefinitionCase.Root + ".properties.kind", """{"type":"object"}""", "spec.validation.openAPIV3Schema.properties[kind].type: Invalid value: \"object\": must be string" },
        { DefinitionCase.Root + ".properties.kind", """{"type":"string","default":"x"}""", "[spec.validation.openAPIV3Schema.properties[kind].default: Forbidden: must not be set in top-level kind]" },
        { DefinitionCase.Root + ".properties.metadata", """{"type":"object","default":{"name":"a"}}""", "[spec.validation.openAPIV3Schema.properties[metadata].default: Forbidden: must not be set in top-level metadata]" },
    };

    public static TheoryData<string, string> Schemas => new()
    {
        // Types and lists.
        { """{"type":"object","additionalProperties":{"type":"string"}}""", "" },
        { """{"type":"object","additionalProperties":false}""", "" },
        { """{"type":"object","additionalProperties":true,"properties":{"a":{"type":"string"}}}""", "" },
        { """{"type":"object","x-kubernetes-map-type":"strange"}""", "S.x-kubernetes-map-type: Unsupported value: \"strange\": supported values: \"atomic\", \"granular\"" },
        { """{"type":"string","x-kubernetes-map-type":"atomic"}""", "S.type: Invalid value: \"string\": must be object if x-kubernetes-map-type is specified" },
        { """{"type":"object","x-kubernetes-list-type":"set"}""", "S.type: Invalid value: \"object\": must be array if x-kubernetes-list-type is specified" },
        { """{"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"strange"}""", "S.x-kubernetes-list-type: Unsupported value: \"strange\": supported values: \"atomic\", \"set\", \"map\"" },
        { """{"type":"array","items":{"type":"string"},"x-kubernetes-list-map-keys":["k"]}""", "S.x-kubernetes-list-type: Required value: must be map if x-kubernetes-list-map-keys is non-empty" },
        { """{"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"set","x-kubernetes-list-map-keys":["k"]}""", "S.x-kubernetes-list-type: Invalid value: \"set\": must be map if x-kubernetes-list-map-keys is non-empty" },
        { """{"type":"array","items":{"type":"object"},"x-kubernetes-list-type":"map"}""", "S.x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map" },
        { """{"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"]}""", "S.items.type: Invalid value: \"string\": must be object if parent array's x-kubernetes-list-type is map" },
        { """{"type":"array","items":{"type":"object","required":["k"],"properties":{"k":{"type":"object"}}},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"]}""", "S.items.properties[k].type: Invalid value: \"object\": must be a scalar type if parent array's x-kubernetes-list-type is map" },
        { """{"type":"array","items":{"type":"object","required":["k"],"properties":{"k":{"type":"string"}}},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k","k"]}""", "S.x-kubernetes-list-map-keys: Invalid value: [\"k\",\"k\"]: must not contain duplicate entries" },
        { """{"type":"array","items":{"type":"object","properties":{"j":{"type":"string"}}},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"]}""", "S.x-kubernetes-list-map-keys: Invalid value: [\"k\"]: entries must all be names of item properties" },
        { """{"type":"array","items":{"type":"object","nullable":true,"properties":{"k":{"type":"string","nullable":true,"default":"d"}}},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"]}""", "[S.items.nullable: Forbidden: cannot be nullable when x-kubernetes-list-type is map, S.items.properties[k].nullable: Forbidden: this property is in x-kubernetes-list-map-keys, so it cannot be nullable]" },
        { """{"type":"array","items":{"type":"string","nullable":true},"x-kubernetes-list-type":"set"}""", "S.items.nullable: Forbidden: cannot be nullable when x-kubernetes-list-type is set" },
        { """{"type":"array","items":{"type":"object"},"x-kubernetes-list-type":"set"}""", "S.items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set" },
        { """{"type":"array","items":{"type":"object","x-kubernetes-map-type":"atomic"},"x-kubernetes-list-type":"set"}""", "" },
        { """{"type":"array","items":{"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"set"},"x-kubernetes-list-type":"set"}""", "S.items.x-kubernetes-list-type: Invalid value: \"set\": must be atomic as item of a list with x-kubernetes-list-type=set" },
        // Structural.
        { """{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}]}""", "" },
        { """{"x-kubernetes-int-or-string":true,"allOf":[{"anyOf":[{"type":"integer"},{"type":"string"}]},{"pattern":"abc"}]}""", "" },
        { """{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"string"},{"type":"integer"}]}""", "[S.anyOf[0].type: Forbidden: must be empty to be structural, S.anyOf[1].type: Forbidden: must be empty to be structural]" },
        { """{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"},{"type":"boolean"}]}""", "[S.anyOf[0].type: Forbidden: must be empty to be structural, S.anyOf[1].type: Forbidden: must be empty to be structural, S.anyOf[2].type: Forbidden: must be empty to be structural]" },
        { """{"x-kubernetes-int-or-string":true,"x-kubernetes-preserve-unknown-fields":true,"x-kubernetes-embedded-resource":true}""", "[S.type: Required value: must be object if x-kubernetes-embedded-resource is true, S.x-kubernetes-embedded-resource: Invalid value: true: must be false if x-kubernetes-int-or-string is true, S.x-kubernetes-preserve-unknown-fields: Invalid value: true: must be false if x-kubernetes-int-or-string is true]" },
        { """{"type":"object","x-kubernetes-embedded-resource":true}""", "S.properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields" },
        { """{"type":"object","x-kubernetes-embedded-resource":true,"additionalProperties":{"type":"string"}}""", "[S.additionalProperties: Forbidden: must not be used if x-kubernetes-embedded-resource is set, S.properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields]" },
        { """{"type":"string","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}""", "S.type: Invalid value: \"string\": must be object if x-kubernetes-embedded-resource is true" },
        { """{"type":"object","not":{"nullable":true,"description":"d","title":"t","default":42,"x-kubernetes-preserve-unknown-fields":true,"x-kubernetes-int-or-string":true,"x-kubernetes-embedded-resource":true,"x-kubernetes-list-type":"set","x-kubernetes-map-type":"atomic","x-kubernetes-list-map-keys":["a"]}}""",
            "[S.not.default: Forbidden: must be undefined to be structural, S.not.description: Forbidden: must be empty to be structural, S.not.nullable: Forbidden: must be false to be structural, S.not.title: Forbidden: must be empty to be structural, S.not.x-kubernetes-embedded-resource: Forbidden: must be false to be structural, S.not.x-kubernetes-int-or-string: Forbidden: must be false to be structural, S.not.x-kubernetes-list-map-keys: Forbidden: must be empty to be structural, S.not.x-kubernetes-list-type: Forbidden: must be undefined to be structural, S.not.x-kubernetes-map-type: Forbidden: must be undefined to be structural, S.not.x-kubernetes-preserve-unknown-fields: Forbidden: must be false to be structural, S.not.type: Required value: must be object if x-kubernetes-map-type is specified, S.not.type: Required value: must be array if x-kubernetes-list-type is specified, S.not.x-kubernetes-list-type: Invalid value: \"set\": must be map if x-kubernetes-list-map-keys is non-empty]" },
        { """{"type":"object","properties":{"a":{"type":"string"}},"not":{"x-kubernetes-validations":[{"rule":"true"}]}}""", "S.not.x-kubernetes-validations: Forbidden: must be empty to be structural" },
        { """{"type":"object","properties":{"a":{"type":"string"}},"allOf":[{"additionalProperties":{"minLength":1}}]}""", "S.allOf[0].additionalProperties: Forbidden: must be undefined to be structural" },
        { """{"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"string"}}}},"oneOf":[{"properties":{"a":{"properties":{"c":{"pattern":"x"}}}}}]}""", "S.properties[a].properties[c]: Required value: because it is defined in S.oneOf[0].properties[a].properties[c]" },
        { """{"type":"array","items":{"type":"string"},"not":{"items":{"items":{"pattern":"x"}}}}""", "S.items.items: Required value: because it is defined in S.not.items.items" },
        { """{"type":"object","properties":{"metadata":{"type":"object"}},"anyOf":[{"properties":{"metadata":{"minProperties":1}}}]}""", "S.anyOf[0].properties[metadata]: Forbidden: must not be specified in a nested context" },
        { """{"type":"string","pattern":"+"}""", "S.pattern: Invalid value: \"+\": must be a valid regular expression, but isn't: error parsing regexp: missing argument to repetition operator: `+`" },
        // What is not supported.
        { """{"type":"object","$ref":"x"}""", "S.$ref: Forbidden: $ref is not supported" },
        { """{"type":"object","id":"x"}""", "S.id: Forbidden: id is not supported" },
        { """{"type":"null"}""", "[S.type: Unsupported value: \"null\": supported values: \"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\", S.type: Forbidden: type cannot be set to null, use nullable as an alternative]" },
        { """{"type":"object","definitions":{"d":{"uniqueItems":true}}}""", "[S.definitions: Forbidden: definitions is not supported, S.definitions[d].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic]" },
        // Defaults.
        { """{"type":"object","properties":{"a":{"type":"string","default":42}}}""", "S.properties[a].default: Invalid value: \"integer\":  in body must be of type string: \"integer\"" },
        { """{"type":"object","properties":{"e":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true,"default":{"metadata":{"name":"a/b"}}}}}""", "[S.properties[e].default.apiVersion: Required value, S.properties[e].default.kind: Required value, S.properties[e].default.metadata.name: Invalid value: \"a/b\": may not contain '/']" },
        { """{"type":"object","properties":{"e":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true,"default":{"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"a b":"c"}}}}}}""", "S.properties[e].default.metadata.labels: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')" },
        { """{"type":"object","properties":{"e":{"type":"object","x-kubernetes-embedded-resource":true,"properties":{"metadata":{"type":"object","properties":{"name":{"type":"string","default":"a/b"}}}}}}}""", "S.properties[e].properties[metadata].properties[name].default: Invalid value: \"a/b\": must result in valid metadata: metadata.name: Invalid value: \"a/b\": may not contain '/'" },
        { """{"type":"object","properties":{"e":{"type":"object","x-kubernetes-embedded-resource":true,"properties":{"apiVersion":{"type":"string","default":"v1"},"kind":{"type":"string","default":"%"},"metadata":{"type":"object","properties":{"finalizers":{"type":"array","items":{"type":"string","default":"f"}}}}}}}}""", "[S.properties[e].properties[kind].default: Invalid value: \"%\": must result in valid metadata: kind: Invalid value: \"%\": may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?'), S.properties[e].properties[metadata].properties[finalizers].items.default: Invalid value: \"f\": must result in valid metadata: metadata.finalizers[0]: Invalid value: \"f\": name is neither a standard finalizer name nor is it fully qualified]" },
        { """{"type":"object","properties":{"e":{"type":"object","x-kubernetes-embedded-resource":true,"properties":{"metadata":{"type":"object","properties":{"labels":{"type":"object","additionalProperties":{"type":"string","default":"x"}}}}}}}}""", "S.properties[e].properties[metadata].properties[labels].additionalProperties.default: Forbidden: must not be set inside additionalProperties applying to object metadata" },
        { """{"type":"object","properties":{"e":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true,"properties":{"metadata":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}}}}}""", "S.properties[e].properties[metadata].x-kubernetes-embedded-resource: Forbidden: must not be used inside of resource meta" },
        { """{"type":"object","properties":{"a":{"type":"integer","default":0,"x-kubernetes-validations":[{"rule":"self > 0"}]}}}""", "S.properties[a].default: Invalid value: 0: failed rule: self > 0" },
        { """{"type":"object","default":{"a":2},"properties":{"a":{"type":"integer","maximum":1,"x-kubernetes-validations":[{"rule":"self < 0"}]}}}""", "S.default.a: Invalid value: 2: a in body should be less than or equal to 1" },
        { """{"type":"object","default":{"a":1},"x-kubernetes-validations":[{"rule":"self.a == oldSelf.a"}],"properties":{"a":{"type":"integer"}}}""", "" },
        // Rules, as far as they are read without knowing the language.
        { Rule("""{"rule":""}"""), "S.x-kubernetes-validations[0].rule: Required value: rule is not specified" },
        { Rule("""{"rule":"  "}"""), "S.x-kubernetes-validations[0].rule: Required value: rule is not specified" },
        { Rule("""{"rule":"true","message":" \t"}"""), "S.x-kubernetes-validations[0].message: Invalid value: \" \\t\": must be non-empty if specified" },
        { Rule("""{"rule":"true","message":"a\nb"}"""), "S.x-kubernetes-validations[0].message: Invalid value: \"a\\nb\": must not contain line breaks" },
        { Rule("""{"rule":"true &&\ntrue"}"""), "S.x-kubernetes-validations[0].message: Required value: message must be specified if rule contains line breaks" },
        { Rule("""{"rule":"true &&\ntrue","message":"m"}"""), "" },
        { Rule("""{"rule":"true","messageExpression":" "}"""), "S.x-kubernetes-validations[0].messageExpression: Required value: messageExpression must be non-empty if specified" },
        { Rule("""{"rule":"true","reason":"InternalError"}"""), "S.x-kubernetes-validations[0].reason: Unsupported value: \"InternalError\": supported values: \"FieldValueDuplicate\", \"FieldValueForbidden\", \"FieldValueInvalid\", \"FieldValueRequired\"" },
        { Rule("""{"rule":"true","fieldPath":".none"}"""), "S.x-kubernetes-validations[0].fieldPath: Invalid value: \".none\": must be a valid path" },
        { Rule("""{"rule":"true","fieldPath":"a"}"""), "S.x-kubernetes-validations[0].fieldPath: Invalid value: \"a\": must be a valid path" },
        { Rule("""{"rule":"true","fieldPath":".m.k"}"""), "" },
        { Rule("""{"rule":"true","fieldPath":".m['a.b']"}"""), "" },
        { Rule("""{"rule":"true","fieldPath":".m[k]"}"""), "S.x-kubernetes-validations[0].fieldPath: Invalid value: \".m[k]\": must be a valid path" },
        { Rule("""{"rule":"true","fieldPath":".m['a\\x']"}"""), "S.x-kubernetes-validations[0].fieldPath: Invalid value: \".m['a\\\\x']\": must be a valid path" },
        { Rule("""{"rule":"true","fieldPath":".m.k.l"}"""), "S.x-kubernetes-validations[0].fieldPath: Invalid value: \".m.k.l\": must be a valid path" },
        // Rules and their language.
        { Rule("""{"rule":"self.a == 'x' && self.none"}"""), "S.x-kubernetes-validations[0].rule: Invalid value: {\"rule\":\"self.a == 'x' && self.none\"}: compilation failed: ERROR: <input>:1:22: undefined field 'none'\n | self.a == 'x' && self.none\n | .....................^" },
        { Rule("""{"rule":"self.a"}"""), "S.x-kubernetes-validations[0].rule: Invalid value: {\"rule\":\"self.a\"}: cel expression must evaluate to a bool" },
        { Rule("""{"rule":"true","messageExpression":"1"}"""), "S.x-kubernetes-validations[0].messageExpression: Invalid value: {\"messageExpression\":\"1\",\"rule\":\"true\"}: messageExpression must evaluate to a string" },
        { Rule("""{"rule":"self.a == 'x'","optionalOldSelf":false}"""), "S.x-kubernetes-validations[0].optionalOldSelf: Invalid value: false: may not be set if oldSelf is not used in rule" },
        { """{"type":"object","x-kubernetes-map-type":"atomic","properties":{"a":{"type":"string","maxLength":10,"x-kubernetes-validations":[{"rule":"self == oldSelf"}]}}}""", "" },
        { """{"type":"array","maxItems":3,"x-kubernetes-list-type":"set","items":{"type":"string","maxLength":3,"x-kubernetes-validations":[{"rule":"self == oldSelf"}]}}""", "S.items.x-kubernetes-validations[0].rule: Invalid value: \"self == oldSelf\": oldSelf cannot be used on the uncorrelatable portion of the schema within S" },
        { """{"type":"array","maxItems":3,"items":{"type":"object","additionalProperties":{"type":"string","maxLength":3,"x-kubernetes-validations":[{"rule":" self == oldSelf "}]},"maxProperties":2}}""", "S.items.additionalProperties.x-kubernetes-validations[0].rule: Invalid value: \" self == oldSelf \": oldSelf cannot be used on the uncorrelatable portion of the schema within S" },
        // A rule is not looked at where something else is wrong in what it sees, and is elsewhere.
        { """{"type":"object","properties":{"a":{"type":"object","x-kubernetes-validations":[{"rule":"self.none"}],"properties":{"b":{"type":"string","id":"x"}}},"c":{"type":"string","x-kubernetes-validations":[{"rule":"1"}]}}}""", "[S.properties[a].properties[b].id: Forbidden: id is not supported, S.properties[c].x-kubernetes-validations[0].rule: Invalid value: {\"rule\":\"1\"}: cel expression must evaluate to a bool]" },
    };

    public static TheoryData<string, string> Costs => new()
    {
        { """{"type":"array","items":{"type":"array","items":{"type":"string"}},"x-kubernetes-validations":[{"rule":"self.all(x, x.all(y, y == 'a'))"}]}""", "S.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x" },
        { """{"type":"array","items":{"type":"string","maxLength":64,"x-kubernetes-validations":[{"rule":"self == 'a'","messageExpression":"self + self"}]}}""", "" },
        { """{"type":"object","additionalProperties":{"type":"string","maxLength":500000,"x-kubernetes-validations":[{"rule":"self.contains('abc')"}]}}""", "S.additionalProperties.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x" },
        { """{"type":"object","maxProperties":30,"additionalProperties":{"type":"string","maxLength":10,"x-kubernetes-validations":[{"rule":"self.contains('abc')"}]}}""", "" },
        // Messages are made for one place only.
        { """{"type":"array","items":{"type":"string","x-kubernetes-validations":[{"rule":"self.size() > 0","messageExpression":"self + self"}]}}""", "" },
    };

    [Theory]
    [MemberData(nameof(Conversions))]
    public void Create_WithAConversion_KeepsItsRules(string name, string conversion, string expected)
    {
        Assert.NotEmpty(name);
        Assert.Equal(expected, DefinitionCase.Create(("spec.versions.1", Second), ("spec.conversion", conversion)));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Create_WithAChange_IsToldInUpstreamsWords(string path, string value, string expected)
        => Assert.Equal(expected.Trim('[', ']') == expected || expected.Contains(", ", StringComparison.Ordinal) ? expected : expected.Trim('[', ']'), DefinitionCase.Create((path, value)));

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Create_WithASchema_IsToldInUpstreamsWords(string schema, string expected) => Assert.Equal(expected, DefinitionCase.Schema(schema));

    [Theory]
    [MemberData(nameof(Costs))]
    public void Create_WithCostlyRules_IsRefused(string schema, string expected)
    {
        var found = DefinitionCase.Schema(schema);
        Assert.StartsWith(expected, found.TrimStart('['), StringComparison.Ordinal);
        Assert.Equal(expected.Length == 0, found.Length == 0);
    }

    [Fact]
    public void Create_WithDeprecationWarnings_TakesOneThatCanBePrinted()
    {
        Assert.Equal("", DefinitionCase.Create(("spec.versions.0.deprecated", "true"), ("spec.versions.0.deprecationWarning", "\"use v2\"")));
        Assert.Equal("spec.versions[0].deprecationWarning: Invalid value: \"\": must not be an empty string", DefinitionCase.Create(("spec.versions.0.deprecated", "true"), ("spec.versions.0.deprecationWarning", "\"\"")));
        Assert.Equal("spec.versions[0].deprecationWarning: Invalid value: \"é\\nx\": must only contain printable UTF-8 characters; non-printable character found at index 2", DefinitionCase.Create(("spec.versions.0.deprecated", "true"), ("spec.versions.0.deprecationWarning", "\"é\\nx\"")));
        Assert.Contains("must be <= 256 characters long", DefinitionCase.Create(("spec.versions.0.deprecated", "true"), ("spec.versions.0.deprecationWarning", $"\"{new string('a', 257)}\"")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[{\"jsonPath\":\"\"}]", "spec.selectableFields[0].jsonPath: Required value")]
    [InlineData("[{\"jsonPath\":\".spec.a\"},{\"jsonPath\":\".spec.a\"}]", "spec.selectableFields[1].jsonPath: Duplicate value: \".spec.a\"")]
    [InlineData("[{\"jsonPath\":\".spec['a']\"}]", "spec.selectableFields[0].jsonPath: Invalid value: \".spec['a']\": is an invalid path: array notation is not allowed")]
    [InlineData("[{\"jsonPath\":\"spec.a\"}]", "spec.selectableFields[0].jsonPath: Invalid value: \"spec.a\": is an invalid path: expected [ or . but got: spec")]
    [InlineData("[{\"jsonPath\":\".spec.\"}]", "spec.selectableFields[0].jsonPath: Invalid value: \".spec.\": is an invalid path: unexpected end of JSON path")]
    [InlineData("[{\"jsonPath\":\".spec.none\"}]", "spec.selectableFields[0].jsonPath: Invalid value: \".spec.none\": is an invalid path: does not refer to a valid field")]
    [InlineData("[{\"jsonPath\":\".spec\"}]", "spec.selectableFields[0].jsonPath: Invalid value: \".spec\": must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.")]
    [InlineData("[{\"jsonPath\":\".spec.m.k\"}]", "")]
    public void Create_WithSelectableFields_KeepsTheirRules(string fields, string expected)
        => Assert.Equal(expected, DefinitionCase.Create((DefinitionCase.SpecSchema, """{"type":"object","properties":{"a":{"type":"string"},"m":{"type":"object","additionalProperties":{"type":"string"}}}}"""), ("spec.versions.0.selectableFields", fields)));

    [Fact]
    public void Create_WithSelectableFieldsAlikeAndSchemasThatDiffer_IsRefusedAsUpstreamDoes()
    {
        const string Other = """{"name":"v2","served":true,"storage":false,"selectableFields":[{"jsonPath":".spec.a"}],"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"a":{"type":"string","maxLength":3}}}}}}}""";
        Assert.Equal(
            "spec.selectableFields: Invalid value: \"\": may only be set when validations.schema is included",
            DefinitionCase.Create((DefinitionCase.SpecSchema, """{"type":"object","properties":{"a":{"type":"string"}}}"""), ("spec.versions.0.selectableFields", """[{"jsonPath":".spec.a"}]"""), ("spec.versions.1", Other)));
    }

    [Fact]
    public void Create_WithNineSelectableFields_IsRefused()
    {
        var properties = string.Join(',', Enumerable.Range(0, 9).Select(static index => $$"""
            "f{{index}}":{"type":"string"}
            """));
        var fields = string.Join(',', Enumerable.Range(0, 9).Select(static index => $$"""{"jsonPath":".spec.f{{index}}"}"""));
        Assert.Equal("spec.selectableFields: Too many: 9: must have at most 8 items", DefinitionCase.Create((DefinitionCase.SpecSchema, "{\"type\":\"object\",\"properties\":{" + properties + "}}"), ("spec.versions.0.selectableFields", $"[{fields}]")));
    }

    [Theory]
    [InlineData("""[{"name":"","type":"","jsonPath":""}]""", "[spec.additionalPrinterColumns[0].name: Required value, spec.additionalPrinterColumns[0].type: Required value: must be one of boolean,date,integer,number,string, spec.additionalPrinterColumns[0].JSONPath: Required value]")]
    [InlineData("""[{"name":"A","type":"string","format":"x","jsonPath":".a"}]""", "spec.additionalPrinterColumns[0].format: Invalid value: \"x\": must be one of byte,date,date-time,double,float,int32,int64,password")]
    public void Create_WithColumns_KeepsTheirRules(string columns, string expected) => Assert.Equal(expected, DefinitionCase.Create(("spec.versions.0.additionalPrinterColumns", columns)));

    [Theory]
    [InlineData("{}", "[spec.subresources.scale.specReplicasPath: Required value, spec.subresources.scale.statusReplicasPath: Required value]")]
    [InlineData("""{"specReplicasPath":"spec.r","statusReplicasPath":".spec.r","labelSelectorPath":".metadata.labels"}""", "[spec.subresources.scale.specReplicasPath: Invalid value: \"spec.r\": must be a simple json path starting with ., spec.subresources.scale.statusReplicasPath: Invalid value: \".spec.r\": should be a json path under .status, spec.subresources.scale.labelSelectorPath: Invalid value: \".metadata.labels\": should be a json path under either .spec or .status]")]
    [InlineData("""{"specReplicasPath":".spec.r","statusReplicasPath":".status.r","labelSelectorPath":".spec.s"}""", "")]
    public void Create_WithAScale_KeepsItsRules(string scale, string expected) => Assert.Equal(expected, DefinitionCase.Create(("spec.versions.0.subresources", $$"""{"scale":{{scale}}}""")));

    private static string Rule(string rule) => """{"type":"object","properties":{"a":{"type":"string"},"m":{"type":"object","additionalProperties":{"type":"string"}}},"x-kubernetes-validations":[RULE]}""".Replace("RULE", rule, StringComparison.Ordinal);
}
