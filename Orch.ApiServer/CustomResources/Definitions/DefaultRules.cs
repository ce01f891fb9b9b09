using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>Defaults must themselves follow the schema.</summary>
internal static class DefaultRules
{
    /// <summary>Adds a fault for each default that does not.</summary>
    public static void Validate(JsonMap schema, FieldPath path, FieldErrors errors) => Visit(SchemaCompiler.Compile(schema), path, errors);

    private static void Visit(SchemaNode node, FieldPath path, FieldErrors errors)
    {
        if (!node.HasDefaultsWithin) { return; }
        if (node.HasDefault) { Check(node, path.Child("default"), errors); }
        foreach (var (name, property) in node.Properties) { Visit(property, path.Child("properties").Key(name), errors); }
        if (node.Items is { } items) { Visit(items, path.Child("items"), errors); }
        if (node.Additional is { } additional) { Visit(additional, path.Child("additionalProperties"), errors); }
    }

    private static void Check(SchemaNode node, FieldPath path, FieldErrors errors)
    {
        if (Pruner.WouldPrune(node.Default, node)) { errors.Invalid(path, SchemaValues.Shown(node.Default), "must not have unknown fields"); }
        SchemaValidator.Validate(node.Default, node, path.ToString(), errors);
    }
}
