namespace Orch.Cel.Tests.Checking;

public sealed class CheckerTests
{
    [Theory]
    [InlineData("y", "ERROR: <input>:1:1: undeclared reference to 'y' (in container '')\n | y\n | ^")]
    [InlineData("s + y", "ERROR: <input>:1:5: undeclared reference to 'y' (in container '')\n | s + y\n | ....^")]
    [InlineData("i + s", "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'\n | i + s\n | ..^")]
    [InlineData("true &&\n y", "ERROR: <input>:2:2: undeclared reference to 'y' (in container '')\n |  y\n | .^")]
    [InlineData("'ä' + y", "ERROR: <input>:1:7: undeclared reference to 'y' (in container '')\n | 'ä' + y\n | .．....^")]
    [InlineData("s.size() + i.foo()", "ERROR: <input>:1:17: undeclared reference to 'foo' (in container '')\n | s.size() + i.foo()\n | ................^")]
    [InlineData("i.charAt(1)", "ERROR: <input>:1:9: found no matching overload for 'charAt' applied to 'int.(int)'\n | i.charAt(1)\n | ........^")]
    [InlineData("i.a", "ERROR: <input>:1:2: type 'int' does not support field selection\n | i.a\n | .^")]
    [InlineData("i.all(a, true)", "ERROR: <input>:1:1: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)\n | i.all(a, true)\n | ^")]
    [InlineData("[1, 'a']", "ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, 'a']\n | ....^")]
    [InlineData("1 == 'a'", "ERROR: <input>:1:3: found no matching overload for '_==_' applied to '(int, string)'\n | 1 == 'a'\n | ..^")]
    [InlineData("i && true", "ERROR: <input>:1:3: found no matching overload for '_&&_' applied to '(int, bool)'\n | i && true\n | ..^")]
    [InlineData("'a'.matches('(')", "invalid matches argument")]
    [InlineData("duration('1x')", "ERROR: <input>:1:10: invalid duration argument: time: invalid duration \"1x\"\n | duration('1x')\n | .........^")]
    [InlineData("timestamp('x')", "invalid timestamp argument")]
    [InlineData("'abc'.reverse()", "found no matching overload for 'reverse' applied to 'string.()'")]
    [InlineData("y +", "ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>' expecting")]
    [InlineData("x in [1, 2, ", "ERROR: <input>:1:13: Syntax error: missing ']' at '<EOF>'\n | x in [1, 2, \n | ............^")]
    [InlineData("(i + 1", "ERROR: <input>:1:7: Syntax error: missing ')' at '<EOF>'\n | (i + 1\n | ......^")]
    [InlineData("[x ? 1 : 2", "ERROR: <input>:1:11: Syntax error: missing ']' at '<EOF>'\n | [x ? 1 : 2\n | ..........^")]
    [InlineData("[[1, 2", "ERROR: <input>:1:7: Syntax error: mismatched input '<EOF>' expecting ']'\n | [[1, 2\n | ......^")]
    [InlineData("x ? [1", "ERROR: <input>:1:7: Syntax error: mismatched input '<EOF>' expecting ']'\n | x ? [1\n | ......^")]
    [InlineData("1 2", "ERROR: <input>:1:3: Syntax error: extraneous input '2' expecting <EOF>\n | 1 2\n | ..^")]
    [InlineData("1 2 3", "ERROR: <input>:1:3: Syntax error: mismatched input '2' expecting <EOF>\n | 1 2 3\n | ..^")]
    [InlineData("1 = 2", "ERROR: <input>:1:3: Syntax error: token recognition error at: '= '\n | 1 = 2\n | ..^\nERROR: <input>:1:5: Syntax error: extraneous input '2' expecting <EOF>\n | 1 = 2\n | ....^")]
    [InlineData("1 === 1", "ERROR: <input>:1:5: Syntax error: token recognition error at: '= '\n | 1 === 1\n | ....^")]
    [InlineData("1 | 2", "ERROR: <input>:1:3: Syntax error: token recognition error at: '| '\n | 1 | 2\n | ..^\nERROR: <input>:1:5: Syntax error: extraneous input '2' expecting <EOF>\n | 1 | 2\n | ....^")]
    [InlineData("1 + $", "ERROR: <input>:1:5: Syntax error: token recognition error at: '$'\n | 1 + $\n | ....^\nERROR: <input>:1:6: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | 1 + $\n | .....^")]
    [InlineData("'abc", "Syntax error: token recognition error at: ''abc'")]
    [InlineData("has(i)", "ERROR: <input>:1:5: invalid argument to has() macro\n | has(i)\n | ....^")]
    [InlineData("9223372036854775808", "invalid int literal")]
    [InlineData("{'a': 1}.all(1, true)", "argument must be a simple name")]
    [InlineData("optional.of(i).optMap(y, z)", "undeclared reference to 'z' (in container '')")]
    [InlineData("Foo{a: 1}", "undeclared reference to 'Foo' (in container '')")]
    public void Compile_OfAWrongExpression_SaysWhere(string expression, string expected)
    {
        var compilation = Cel.Environment.Compile(expression);

        Assert.False(compilation.IsValid);
        if (expected.StartsWith("ERROR", StringComparison.Ordinal) && expected.Contains('\n', StringComparison.Ordinal)) { Assert.Equal(expected, compilation.ErrorText()); }
        else { Assert.Contains(expected, compilation.ErrorText(), StringComparison.Ordinal); }
    }

    [Theory]
    [InlineData("i + 1", "int")]
    [InlineData("x", "dyn")]
    [InlineData("x + 1", "int")]
    [InlineData("x + x", "dyn")]
    [InlineData("l.map(y, string(y))", "list(string)")]
    [InlineData("m", "map(string, int)")]
    [InlineData("m.a", "int")]
    [InlineData("m.filter(k, true)", "list(string)")]
    [InlineData("m.transformMap(k, v, string(v))", "map(string, string)")]
    [InlineData("o.a", "optional_type(int)")]
    [InlineData("m.?a.orValue(1)", "int")]
    [InlineData("m[?'a'].optMap(y, 'a')", "optional_type(string)")]
    [InlineData("[]", "list(dyn)")]
    [InlineData("[[], [1]]", "list(list(int))")]
    [InlineData("[null, optional.none()]", "list(optional_type(dyn))")]
    [InlineData("[null, timestamp(0)]", "list(timestamp)")]
    [InlineData("true ? i : 2", "int")]
    [InlineData("{'a': [1u]}", "map(string, list(uint))")]
    [InlineData("type(i)", "type(int)")]
    [InlineData("timestamp(0) - timestamp(0)", "duration")]
    [InlineData("null", "null")]
    [InlineData("quantity('1')", "kubernetes.Quantity")]
    [InlineData("url('http://a').getQuery()", "map(string, list(string))")]
    [InlineData("format.dns1123Label().validate(s)", "optional_type(list(string))")]
    [InlineData("cel.bind(y, l, y[0])", "int")]
    [InlineData("[3, 1].sortBy(y, -y)", "list(int)")]
    public void Compile_OfAGoodExpression_KnowsItsType(string expression, string type)
    {
        var compilation = Cel.Environment.Compile(expression);

        Assert.True(compilation.IsValid, compilation.ErrorText());
        Assert.Equal(type, compilation.ResultType.ToString());
    }

    [Fact]
    public void Compile_ToAnotherTypeThanExpected_SaysBoth()
        => Assert.Equal("ERROR: <input>:1:3: expected type 'bool' but found 'int'\n | i + 1\n | ..^", Cel.Environment.Compile("i + 1", CelType.Bool).ErrorText());

    [Fact]
    public void Compile_WithObjectTypes_KnowsTheirFields()
    {
        var spec = CelObjectType.Of("Spec", [new("replicas", CelType.Int), new("when", CelType.Timestamp)]);
        var environment = CelEnvironment.Kubernetes.Extend(builder => builder.AddVariable("self", CelObjectType.Of("Self", [new("spec", spec)])));

        Assert.True(environment.Compile("self.spec.replicas > 1 && self.spec.when < timestamp('2030-01-01T00:00:00Z')", CelType.Bool).IsValid);
        Assert.Contains("1:10: undefined field 'replica'", environment.Compile("self.spec.replica > 1").ErrorText(), StringComparison.Ordinal);
        Assert.Contains("undefined field 'nope'", environment.Compile("has(self.nope)").ErrorText(), StringComparison.Ordinal);
        Assert.Contains("found no matching overload for '_>_' applied to '(int, string)'", environment.Compile("self.spec.replicas > 'a'").ErrorText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_WithNamedTypes_MakesObjects()
    {
        var environment = CelEnvironment.Kubernetes.Extend(builder => builder.AddTypes(new Provider()));

        var made = environment.Compile("Object{spec: Object.spec{replicas: 3, ?name: optional.none()}}");
        Assert.True(made.IsValid, made.ErrorText());
        var value = made.ToProgram().Evaluate(new CelBindings(environment)).Value;
        Assert.True(value.AsMap().TryGetField("spec", out var spec) && spec.AsMap().TryGetField("replicas", out var replicas) && replicas.AsInt() == 3);
        Assert.False(spec.AsMap().HasField("name"));
        Assert.Contains("undefined field 'x'", environment.Compile("Object{x: 1}").ErrorText(), StringComparison.Ordinal);
        Assert.Contains("expected type of field 'replicas' is 'int' but provided type is 'string'", environment.Compile("Object.spec{replicas: 'a'}").ErrorText(), StringComparison.Ordinal);
    }

    [Fact]
    public void UsesVariable_TellsNamesFromLocals()
    {
        Assert.True(Cel.Environment.Compile("[1].all(y, y == i)").UsesVariable("i"));
        Assert.False(Cel.Environment.Compile("[1].all(i, i == 1)").UsesVariable("i"));
        Assert.False(Cel.Environment.Compile("l == []").UsesVariable("i"));
    }

    private sealed class Provider : ICelTypeProvider
    {
        private readonly CelObjectType _spec = CelObjectType.Of("Object.spec", [new("replicas", CelType.Int), new("name", CelType.String)]);

        public CelType? FindType(string name) => name switch
        {
            "Object" => CelObjectType.Of("Object", [new("spec", _spec)]),
            "Object.spec" => _spec,
            _ => null,
        };
    }
}
