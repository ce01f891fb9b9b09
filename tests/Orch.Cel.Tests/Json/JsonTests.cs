using System.Text.Json;
using Orch.Cel.Json;

namespace Orch.Cel.Tests.Json;

public sealed class JsonTests
{
    private const string Document = """
        {"name":"a","count":3,"ratio":2,"big":1e30,"when":"2023-01-02T03:04:05Z","day":"2023-01-02","data":"aGk=","wait":"90s","port":"http","a-b":true,"namespace":"n","nil":null,
         "tags":["x","y"],"ports":[{"port":80,"protocol":"TCP","name":"w"},{"port":81,"protocol":"TCP","name":"v"}],"labels":{"k":"v"},"more":{"deep":[1,2.5]}}
        """;

    private static readonly CelType Port = CelObjectType.Of("Port", [new("port", CelType.Int), new("protocol", CelType.String), new("name", CelType.String)]);

    private static readonly CelType Self = new Schema();

    private static readonly CelEnvironment Environment = CelEnvironment.Kubernetes.Extend(builder => builder.AddVariable("self", Self).AddVariable("old", Self).AddVariable("any", CelType.Dyn));

    [Theory]
    [InlineData("self.name == 'a' && self.count == 3 && self.ratio == 2.0 && type(dyn(self.ratio)) == double && self.tags == ['x', 'y'] && self.labels.k == 'v'")]
    [InlineData("self.when == timestamp('2023-01-02T03:04:05Z') && self.day.getFullYear() == 2023 && self.data == b'hi' && self.wait == duration('90s')")]
    [InlineData("self.a__dash__b && self.__namespace__ == 'n' && 'a-b' in any && any['a-b'] && has(self.a__dash__b) && !has(self.missing)")]
    [InlineData("any.count == 3 && any.more.deep[1] == 2.5 && any.nil == null && any.when == '2023-01-02T03:04:05Z' && type(any.count) == int && any.big > 1e29 && has(any.nil)")]
    [InlineData("any.ports.exists(p, p.port == 81) && any.ports.map(p, p.name) == ['w', 'v'] && any.labels.all(k, any.labels[k] == 'v')")]
    [InlineData("any == any && any.more == {'deep': [dyn(1), 2.5]} && any.more != {'deep': [dyn(1), 2.6]}")]
    [InlineData("self.tags == old.tags && self.ports == old.ports && any.tags != ['y', 'x']")]
    [InlineData("(self.tags + ['y', 'z']).size() == 3 && (self.ports + old.ports)[0].name == 'w2'")]
    [InlineData("dyn(self).map(k, k).exists(k, k == 'a__dash__b') && size(dyn(self)) == size(any)")]
    public void Values_OfADocument_FollowTheDeclaredTypes(string expression)
    {
        using var document = JsonDocument.Parse(Document);
        using var old = JsonDocument.Parse("""{"tags":["y","x"],"ports":[{"port":81,"protocol":"TCP","name":"v"},{"port":80,"protocol":"TCP","name":"w"}]}""");
        using var changed = JsonDocument.Parse("""{"tags":["y","x"],"ports":[{"port":80,"protocol":"TCP","name":"w2"}]}""");
        var compilation = Environment.Compile(expression, CelType.Bool);
        Assert.True(compilation.IsValid, compilation.ErrorText());

        var result = compilation.ToProgram().Evaluate(new CelBindings(Environment)
            .Set("self", CelJsonElement.Reader.ToValue(document.RootElement, Self))
            .Set("any", CelJsonElement.Reader.ToValue(document.RootElement, CelType.Dyn))
            .Set("old", CelJsonElement.Reader.ToValue(expression.Contains("w2", StringComparison.Ordinal) ? changed.RootElement : old.RootElement, Self)));

        Assert.True(result.Value.IsTrue, result.Value.ToString());
    }

    [Fact]
    public void LazyValues_AreMadeOnceAndOnlyWhenRead()
    {
        var environment = CelEnvironment.Kubernetes.Extend(builder => builder.AddVariable("variables", CelObjectType.Of("V", [new("a", CelType.Int), new("b", CelType.Int)])).AddVariable("z", CelType.Int));
        var made = new List<string>();
        var variables = new CelLazyMap();
        variables.Add("a", () => { made.Add("a"); return CelValue.FromInt(1); });
        variables.Add("b", () => { made.Add("b"); return CelValue.Fault("broken"); });
        var bindings = new CelBindings(environment).Set("variables", CelValue.FromMap(variables)).SetLazy("z", () => { made.Add("z"); return CelValue.FromInt(2); });

        Assert.True(environment.Compile("variables.a + variables.a + z + z == 6 && (true || variables.b == 1)").ToProgram().Evaluate(bindings).Value.IsTrue);
        Assert.Equal(["a", "z"], made);
        Assert.Equal("broken", environment.Compile("variables.b == 1").ToProgram().Evaluate(bindings).Error?.Message);
    }

    [Theory]
    [InlineData("a-b", "a__dash__b")]
    [InlineData("a.b/c", "a__dot__b__slash__c")]
    [InlineData("a__b", "a__underscores__b")]
    [InlineData("namespace", "__namespace__")]
    [InlineData("a_b", "a_b")]
    [InlineData("a b", null)]
    [InlineData("1a", null)]
    public void Escape_OfAName_FollowsKubernetes(string name, string? escaped) => Assert.Equal(escaped, CelIdentifier.Escape(name));

    private sealed class Schema() : CelObjectType("Self")
    {
        private readonly Dictionary<string, CelField> _fields = new Dictionary<string, CelType>
        {
            ["name"] = CelType.String, ["count"] = CelType.Int, ["ratio"] = CelType.Double, ["when"] = CelType.Timestamp, ["day"] = CelType.Timestamp, ["data"] = CelType.Bytes,
            ["wait"] = CelType.Duration, ["port"] = Dyn, ["a-b"] = CelType.Bool, ["namespace"] = CelType.String, ["missing"] = CelType.String, ["labels"] = Map(CelType.String, CelType.String),
            ["tags"] = List(CelType.String, 10, CelListSemantics.Set), ["ports"] = List(JsonTests.Port, 10, CelListSemantics.Map, ["port", "protocol"]),
        }.ToDictionary(field => CelIdentifier.Escape(field.Key)!, field => new CelField(field.Key, field.Value));

        public override bool TryGetField(string name, out CelField field) => _fields.TryGetValue(name, out field!);

        public override string ExpressionName(string dataName) => CelIdentifier.Escape(dataName) ?? dataName;
    }
}
