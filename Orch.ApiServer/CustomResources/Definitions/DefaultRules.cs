using Orch.ApiServer.CustomResources.Expressions;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>Defaults must themselves follow the schema, its rules included.</summary>
/// <remarks>What stands inside additional properties is not looked at, as upstream does not.</remarks>
internal static class DefaultRules
{
    /// <summary>Adds a fault for each default that does not.</summary>
    /// <param name="mustBePruned">Defaults may hold nothing that the schema does not name.</param>
    public static void Validate(JsonMap schema, bool mustBePruned, FieldPath path, FieldErrors errors)
    {
        var root = SchemaCompiler.Compile(schema);
        new Run(root, mustBePruned, new RuleRun(errors), errors).Visit(root, path, new Place(null, null, IsInMetadata: false));
    }

    /// <summary>Whether a default holds what the schema does not name.</summary>
    public static bool HasUnpruned(JsonMap schema) => HasUnpruned(SchemaCompiler.Compile(schema));

    private static bool HasUnpruned(SchemaNode node)
        => node.HasDefaultsWithin && ((node.HasDefault && Pruner.WouldPrune(node.Default, node)) || node.Properties.Values.Any(HasUnpruned) || (node.Items is { } items && HasUnpruned(items)));

    // A place within a resource; an item has no name.
    private sealed record Place(Place? Parent, string? Name, bool IsInMetadata)
    {
        // The smallest resource that has a value at this place.
        public JsonMap Surround(object? value)
        {
            for (var at = this; at.Parent is not null; at = at.Parent) { value = at.Name is { } name ? new JsonMap { [name] = value } : new JsonList { value }; }
            var resource = new JsonMap { ["apiVersion"] = "validation/v1", ["kind"] = "Validation" };
            if (value is JsonMap map) { foreach (var (name, item) in map) { resource[name] = item; } }
            return resource;
        }
    }

    private sealed class Run(SchemaNode root, bool mustBePruned, RuleRun rules, FieldErrors errors)
    {
        public void Visit(SchemaNode node, FieldPath path, Place place)
        {
            if (!node.HasDefaultsWithin) { return; }
            var isResource = node.IsEmbeddedResource || ReferenceEquals(node, root);
            if (isResource) { place = new Place(null, null, IsInMetadata: false); }
            if (node.HasDefault) { Check(node, isResource, path.Child("default"), place); }
            if (node.Items is { } items) { Visit(items, path.Child("items"), new Place(place, null, place.IsInMetadata)); }
            foreach (var (name, property) in node.Properties)
            {
                Visit(property, path.Child("properties").Key(name), new Place(place, name, place.IsInMetadata || (isResource && name is "metadata" or "apiVersion" or "kind")));
            }
        }

        private void Check(SchemaNode node, bool isResource, FieldPath path, Place place)
        {
            var found = new FieldErrors();
            if (place.IsInMetadata)
            {
                var faults = new FieldErrors();
                EmbeddedRules.CheckResource(place.Surround(JsonTree.Copy(node.Default)), null, faults);
                if (faults.Count > 0) { found.Invalid(path, SchemaValues.Shown(node.Default), $"must result in valid metadata: {faults}"); }
            }
            else
            {
                if (mustBePruned && Pruner.WouldPrune(node.Default, node)) { errors.Invalid(path, SchemaValues.Shown(node.Default), "must not have unknown fields"); }
                EmbeddedRules.Check(node.Default, node, path, found);
            }

            if (found.Count == 0) { SchemaValidator.Validate(node.Default, node, path.ToString(), found); }
            errors.AddRange(found);
            if (found.Count == 0 && RuleNode.Compile(node, isResource) is { } compiled) { rules.Validate(compiled, node.Default, node.Default, path); }
        }
    }
}
