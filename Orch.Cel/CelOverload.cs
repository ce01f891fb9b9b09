namespace Orch.Cel;

/// <summary>A function of one value; gives an error as <see cref="CelValue.Fault(string)"/>, never throws.</summary>
public delegate CelValue CelUnary(in CelValue value);

/// <summary>A function of two values; gives an error as <see cref="CelValue.Fault(string)"/>, never throws.</summary>
public delegate CelValue CelBinary(in CelValue left, in CelValue right);

/// <summary>A function of any number of values; gives an error as <see cref="CelValue.Fault(string)"/>, never throws.</summary>
public delegate CelValue CelVariadic(ReadOnlySpan<CelValue> values);

/// <summary>One signature of a function with what it does; the receiver of a member function is the first parameter.</summary>
public sealed record CelOverload
{
    private readonly KindGuard[] _guards;

    private CelOverload(string function, string signature, Delegate implementation)
    {
        Function = function;
        (IsMember, var parameters, Result) = Checking.Signature.Parse(signature);
        Types = parameters;
        _guards = [.. parameters.Select(type => new KindGuard(type))];
        Unary = implementation as CelUnary;
        Binary = implementation as CelBinary;
        Variadic = implementation as CelVariadic;
        var arity = Unary is not null ? 1 : Binary is not null ? 2 : -1;
        if (arity >= 0 && arity != parameters.Length) { throw new ArgumentException($"{function} does not take {arity} values: {signature}", nameof(signature)); }
    }

    /// <summary>The function's name, maybe with dots.</summary>
    public string Function { get; }

    /// <summary>Whether it is called as <c>x.f()</c>.</summary>
    public bool IsMember { get; }

    /// <summary>What it takes.</summary>
    public IReadOnlyList<CelType> Parameters => Types;

    /// <summary>What it gives.</summary>
    public CelType Result { get; }

    /// <summary>What a call costs whatever it is given; 1 by default.</summary>
    public long FixedCost { get; init; } = 1;

    internal CelType[] Types { get; }

    internal Costs.CostModel Cost { get; init; } = Costs.CostModel.Fixed;

    /// <summary>Whether the implementation tells kinds apart itself, for all overloads of the function.</summary>
    internal bool IsDispatching { get; init; }

    /// <summary>Makes a faster function of one value when the second one is a constant; null when it cannot.</summary>
    internal Func<CelValue, CelUnary?>? WithConstant { get; init; }

    internal CelUnary? Unary { get; }

    internal CelBinary? Binary { get; }

    internal CelVariadic? Variadic { get; }

    /// <summary>A function of one value.</summary>
    /// <param name="function">Its name.</param>
    /// <param name="signature">Such as <c>(string) int</c>, or <c>.(string) int</c> for a member; also <c>list&lt;A&gt;</c>, <c>map&lt;A,B&gt;</c>, <c>optional_type&lt;A&gt;</c>.</param>
    /// <param name="implementation">Is called only with values of these types, none of them an error.</param>
    public static CelOverload Create(string function, string signature, CelUnary implementation) => new(function, signature, implementation);

    /// <summary>A function of two values.</summary>
    public static CelOverload Create(string function, string signature, CelBinary implementation) => new(function, signature, implementation);

    /// <summary>A function of any number of values.</summary>
    public static CelOverload Create(string function, string signature, CelVariadic implementation) => new(function, signature, implementation);

    internal bool Accepts(in CelValue value) => _guards[0].Accepts(value);

    internal bool Accepts(in CelValue left, in CelValue right) => _guards[0].Accepts(left) && _guards[1].Accepts(right);

    internal bool Accepts(ReadOnlySpan<CelValue> values)
    {
        for (var index = 0; index < values.Length; index++)
        {
            if (!_guards[index].Accepts(values[index])) { return false; }
        }

        return true;
    }

    private readonly struct KindGuard
    {
        private readonly uint _kinds;
        private readonly string? _name;

        public KindGuard(CelType type)
        {
            _name = type.Kind == CelKind.Opaque && !type.IsOptional ? type.Name : null;
            _kinds = type.Kind switch
            {
                CelKind.Dyn or CelKind.Parameter => uint.MaxValue & ~(1u << (int)CelKind.Error),
                CelKind.Object => 1u << (int)CelKind.Map,
                CelKind.Opaque => 1u << (int)(type.IsOptional ? CelKind.Optional : CelKind.Opaque),
                _ => 1u << (int)type.Kind,
            };
        }

        public bool Accepts(in CelValue value)
            => (_kinds & (1u << (int)value.Kind)) != 0 && (_name is null || value.AsOpaque().Type.Name == _name);
    }
}
