using CsCheck;
using Orch.ApiServer.Json;
using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Tests.Patching;

/// <summary>Random JSON that a schema allows, small but with every patch strategy in it.</summary>
internal static class RandomObjects
{
    private static readonly string[] Words = ["a", "b", "c", "d", "e"];

    /// <summary>Objects of a schema, at most some levels deep.</summary>
    public static Gen<JsonMap> Of(ObjectSchema schema) => Gen.Int.Select(seed => Make(new Random(seed), schema, 0));

    public static JsonMap Make(Random random, ObjectSchema schema, int depth)
    {
        var map = new JsonMap();
        foreach (var property in schema.Properties)
        {
            var isHot = property.Facts.PatchStrategy.Length > 0 || property.Name is "metadata" or "spec" or "template" or "labels" or "strategy" or "selector";
            if (!property.Facts.Required && random.Next(100) >= (isHot ? 70 : depth < 2 ? 15 : 5)) { continue; }
            if (depth > 5 && property.Value.Kind is ValueKind.Object or ValueKind.List or ValueKind.Free) { continue; }
            map[property.Name] = Make(random, property.Value, property.Facts, depth + 1);
        }

        return map;
    }

    private static object? Make(Random random, ValueSchema schema, PropertyFacts facts, int depth)
    {
        switch (schema.Kind)
        {
            case ValueKind.Object: return Make(random, schema.Object!, depth);
            case ValueKind.Map:
                var map = new JsonMap();
                foreach (var word in Words.Where(_ => random.Next(2) == 0)) { map[word] = Make(random, schema.Element!, PropertyFacts.None, depth + 1); }
                return map;
            case ValueKind.List: return MakeList(random, schema, facts, depth);
            case ValueKind.Boolean: return random.Next(2) == 0;
            case ValueKind.Int32 or ValueKind.Int64 or ValueKind.Double: return new JsonNumber($"{random.Next(10)}");
            case ValueKind.Time: return "2024-01-02T03:04:05Z";
            case ValueKind.MicroTime: return "2024-01-02T03:04:05.000006Z";
            case ValueKind.Bytes: return "aGk=";
            case ValueKind.Quantity: return $"{random.Next(1, 9)}Gi";
            case ValueKind.IntOrString: return random.Next(2) == 0 ? Words[random.Next(Words.Length)] : new JsonNumber($"{random.Next(1, 9)}");
            case ValueKind.Free when schema.FreeDefinition.EndsWith("OrBool", StringComparison.Ordinal): return random.Next(2) == 0;
            case ValueKind.Free when schema.FreeDefinition.EndsWith("OrStringArray", StringComparison.Ordinal): return new JsonList { "a" };
            case ValueKind.Free when schema.FreeDefinition.EndsWith("OrArray", StringComparison.Ordinal): return new JsonMap { ["type"] = "object" };
            case ValueKind.Free when schema.FreeDefinition.EndsWith("SubresourceStatus", StringComparison.Ordinal): return new JsonMap();
            case ValueKind.Free: return new JsonMap { ["x"] = "y" };
            default: return Words[random.Next(Words.Length)];
        }
    }

    private static JsonList MakeList(Random random, ValueSchema schema, PropertyFacts facts, int depth)
    {
        var list = new JsonList();
        var keys = Words.OrderBy(_ => random.Next()).Take(random.Next(4)).ToArray();
        for (var index = 0; index < keys.Length; index++)
        {
            var item = Make(random, schema.Element!, PropertyFacts.None, depth + 1);
            if (item is JsonMap map && facts.MergeKey.Length > 0)
            {
                map[facts.MergeKey] = schema.Element!.Object!.Find(facts.MergeKey)!.Value.Kind == ValueKind.String ? keys[index] : new JsonNumber($"{keys[index][0] - 'a' + 1}");
            }
            else if (facts.Merges) { item = keys[index]; }
            list.Add(item);
        }

        return list;
    }
}
