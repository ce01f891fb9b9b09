using System.Collections;
using System.Reflection;
using System.Text;
using Orch.ApiServer.Protobuf;
using Orch.ApiServer.Schema;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Schema;

/// <summary>Emptiness is left out of JSON exactly where upstream's types leave it out.</summary>
public sealed class EmptyValuesTests
{
    // Lists that upstream always writes, though its schema does not require them.
    private static readonly HashSet<string> Written = ["V1Role.rules", "V1ClusterRole.rules", "V1EndpointSlice.endpoints", "V1EndpointSlice.ports"];

    [Fact]
    public void Properties_OfEveryKnownModel_AreWrittenEmptyWhereUpstreamWritesThem()
    {
        var schemas = new ModelSchemas();
        var wrong = new List<string>();
        var seen = 0;
        foreach (var model in SchemaFacts.Load().Keys)
        {
            var schema = schemas.For(model);
            var texts = KeptTexts(schema.DefinitionName);
            foreach (var property in schema.Properties)
            {
                var member = model.GetProperty(property.MemberName!)!;
                if (Empty(member.PropertyType) is not { } empty || !member.CanWrite) { continue; }
                var value = Activator.CreateInstance(model)!;
                member.SetValue(value, empty);
                var isWritten = Encoding.UTF8.GetString(ApiJson.Serialize(value, model)).Contains($"\"{property.Name}\":", StringComparison.Ordinal);
                var isKept = empty is string && texts?.TryGetValue(property.Name, out var kept) == true ? kept : property.Facts.Required || Written.Contains($"{model.Name}.{property.Name}");
                if (isWritten != isKept) { wrong.Add($"{model.Name}.{property.Name} is {(isWritten ? "written" : "left out")}"); }
                seen++;
            }
        }

        Assert.Empty(wrong);
        Assert.True(seen > 1400, $"{seen} properties");
    }

    private static object? Empty(Type type)
    {
        if (type == typeof(string)) { return string.Empty; }
        if (type == typeof(byte[])) { return Array.Empty<byte>(); }
        if (!type.IsGenericType || !typeof(IEnumerable).IsAssignableFrom(type)) { return null; }
        var arguments = type.GetGenericArguments();
        return Activator.CreateInstance((arguments.Length == 1 ? typeof(List<>) : typeof(Dictionary<,>)).MakeGenericType(arguments));
    }

    private static Dictionary<string, bool>? KeptTexts(string message)
    {
        if (ProtobufFields.Of(message) is not { } fields) { return null; }
        var all = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var field in fields.Values)
        {
            if (!field.IsInlined) { all[field.Name] = field.KeepsEmpty; continue; }
            foreach (var (name, kept) in KeptTexts(field.Name) ?? []) { all[name] = kept; }
        }

        return all;
    }
}
