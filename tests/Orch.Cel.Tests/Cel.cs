namespace Orch.Cel.Tests;

/// <summary>Short ways to compile and evaluate.</summary>
internal static class Cel
{
    public static CelEnvironment Environment { get; } = CelEnvironment.Kubernetes.Extend(builder => builder.AllowBindings()
        .AddVariable("x", CelType.Dyn).AddVariable("i", CelType.Int).AddVariable("s", CelType.String).AddVariable("l", CelType.List(CelType.Int))
        .AddVariable("m", CelType.Map(CelType.String, CelType.Int)).AddVariable("o", CelType.Optional(CelType.Map(CelType.String, CelType.Int))));

    public static CelResult Evaluate(string expression, Action<CelBindings>? bind = null, long limit = CelProgram.KubernetesCallLimit)
    {
        var compilation = Environment.Compile(expression);
        Assert.True(compilation.IsValid, compilation.ErrorText());
        var bindings = new CelBindings(Environment);
        bind?.Invoke(bindings);
        return compilation.ToProgram().Evaluate(bindings, limit);
    }

    public static void IsTrue(string expression, Action<CelBindings>? bind = null)
    {
        var result = Evaluate(expression, bind);
        Assert.True(result.Value.IsTrue, $"{expression} gave {result.Value}");
    }

    public static string Error(string expression, Action<CelBindings>? bind = null)
    {
        var result = Evaluate(expression, bind);
        Assert.True(result.Error is not null, $"{expression} gave {result.Value}");
        return result.Error.Message;
    }
}
