using System.Globalization;
using Orch.ApiServer.Json;
using Orch.Cel;

namespace Orch.ApiServer.Expressions;

/// <summary>Turns what an expression made into a tree of <see cref="JsonMap"/>.</summary>
internal static class JsonTreeWriter
{
    /// <summary>The tree.</summary>
    /// <exception cref="FormatException">It holds something that JSON has no form for.</exception>
    public static object? ToTree(in CelValue value, int depth = 0)
    {
        if (depth > JsonTree.MaxDepth) { throw new FormatException("the value is too deep"); }
        switch (value.Kind)
        {
            case CelKind.Null: return null;
            case CelKind.Bool: return value.IsTrue;
            case CelKind.Int: return new JsonNumber(value.AsInt().ToString(CultureInfo.InvariantCulture));
            case CelKind.Uint: return new JsonNumber(value.AsUint().ToString(CultureInfo.InvariantCulture));
            case CelKind.Double when double.IsFinite(value.AsDouble()): return new JsonNumber(value.AsDouble().ToString("R", CultureInfo.InvariantCulture));
            case CelKind.String: return value.AsString();
            case CelKind.Bytes: return Convert.ToBase64String(value.AsBytes());
            case CelKind.Timestamp or CelKind.Duration: return value.ToString();
            case CelKind.List:
                var list = new JsonList();
                for (var index = 0; index < value.AsList().Count; index++) { list.Add(ToTree(value.AsList()[index], depth + 1)); }
                return list;
            case CelKind.Map:
                var map = new JsonMap();
                foreach (var key in value.AsMap().Keys)
                {
                    if (key.Kind != CelKind.String) { throw new FormatException($"map key of type {key.RuntimeType()} is no string"); }
                    value.AsMap().TryGet(key, out var item);
                    var name = value.AsMap().Type is CelObjectType type && type.TryGetField(key.AsString(), out var field) ? field.Name : key.AsString();
                    map[name] = ToTree(item, depth + 1);
                }

                return map;
            case CelKind.Error: throw new FormatException(value.AsError().Message);
            default: throw new FormatException($"unable to convert {value.RuntimeType()} to JSON");
        }
    }
}
