namespace Orch.Cel;

/// <summary>The values of an environment's variables for evaluations; for one thread at a time.</summary>
public sealed class CelBindings
{
    private readonly CelEnvironment _environment;
    private Func<CelValue>?[]? _lazy;

    /// <summary>Bindings without values; reading a variable that has none is an error of the evaluation.</summary>
    public CelBindings(CelEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        _environment = environment;
        Values = new CelValue[environment.VariableCount];
        IsSet = new bool[Values.Length];
    }

    internal CelValue[] Values { get; }

    internal bool[] IsSet { get; }

    /// <summary>Gives a variable its value.</summary>
    /// <exception cref="ArgumentException">The environment has no such variable.</exception>
    public CelBindings Set(string name, in CelValue value)
    {
        var index = IndexOf(name);
        Values[index] = value;
        IsSet[index] = true;
        return this;
    }

    /// <summary>Gives a variable a value that is made when it is first read, at most once.</summary>
    /// <exception cref="ArgumentException">The environment has no such variable.</exception>
    public CelBindings SetLazy(string name, Func<CelValue> make)
    {
        var index = IndexOf(name);
        _lazy ??= new Func<CelValue>?[Values.Length];
        _lazy[index] = make;
        IsSet[index] = false;
        return this;
    }

    internal CelValue Make(int index)
    {
        if (index >= Values.Length) { return CelValue.Fault("no such attribute"); }
        if (_lazy?[index] is not { } make) { return CelValue.Fault($"no such attribute(s): {_environment.VariableName(index)}"); }
        Values[index] = make();
        IsSet[index] = true;
        return Values[index];
    }

    private int IndexOf(string name) => _environment.TryFindVariable(name, out var index, out _)
        ? index
        : throw new ArgumentException($"The environment has no variable {name}.", nameof(name));
}
