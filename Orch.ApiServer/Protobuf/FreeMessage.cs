namespace Orch.ApiServer.Protobuf;

/// <summary>Which message free JSON is written as.</summary>
internal enum FreeMessage
{
    /// <summary>Its text: <c>RawExtension</c>, <c>FieldsV1</c>, <c>JSON</c>.</summary>
    Text,

    /// <summary>One schema, or a list of them.</summary>
    SchemaOrSchemas,

    /// <summary>A schema, or a flag.</summary>
    SchemaOrFlag,

    /// <summary>A schema, or names.</summary>
    SchemaOrNames,

    /// <summary>An object without fields.</summary>
    Empty,
}
