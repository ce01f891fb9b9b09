namespace Orch.Cel.Evaluation;

/// <summary>Errors that several parts give.</summary>
internal static class Faults
{
    public static CelValue NoOverload(string function, ReadOnlySpan<CelValue> values)
    {
        var types = new string[values.Length];
        for (var index = 0; index < types.Length; index++) { types[index] = values[index].RuntimeType().Name; }
        return CelValue.Fault($"no such overload: {function}({string.Join(", ", types)})");
    }
}
